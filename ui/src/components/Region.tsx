/** A part of the window that may fail without taking the others with it. */
import { Button, Stack, Text } from "@mantine/core";
import { IconMoodConfuzed } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";

interface Props {
  /** What the part is called in the message: `The canvas`. */
  name: string;
  children: ReactNode;
}

/** Error boundary with a way back. */
export class Region extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Stack align="center" justify="center" gap="xs" h="100%" p="lg" role="alert">
        <IconMoodConfuzed size={28} stroke={1.5} color="var(--text-dimmed)" />
        <Text fw={600}>{this.props.name} stopped working.</Text>
        <Text c="dimmed" ta="center" maw={320}>
          Everything you changed is saved. The rest of Bridge goes on working.
        </Text>
        <Button variant="default" mt="xs" onClick={() => this.setState({ failed: false })}>
          Show it again
        </Button>
      </Stack>
    );
  }
}
