/** Asks before the history is cleared, and says what was deleted. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import { asCoreError } from "../../ipc";
import { useConversation } from "../../state/conversation";
import { useToasts } from "../../state/toasts";
import { ErrorCard } from "../errors/ErrorCard";
import { focusComposer } from "./focus";

interface Props {
  opened: boolean;
  onClose(): void;
}

/** The question. */
export function ClearDialog({ opened, onClose }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CoreError | null>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const clear = async () => {
    setBusy(true);
    setError(null);
    try {
      useToasts.getState().show({ message: report(await useConversation.getState().clear()) });
      close();
      focusComposer();
    } catch (cause) {
      setError(asCoreError(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={close} title="Clear the history?" size="sm">
      <Stack gap={16}>
        <Text size="sm">
          Every message of this conversation is deleted, with proposals that are not decided. The workflow and its
          versions stay. This cannot be undone.
        </Text>
        {error !== null && <ErrorCard error={error} remedies={{ retry: () => void clear() }} />}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" data-autofocus onClick={close}>
            Keep it
          </Button>
          <Button color="red" loading={busy} onClick={() => void clear()}>
            Clear the history
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function report(deleted: number): string {
  if (deleted === 0) return "There was nothing to clear.";
  return deleted === 1 ? "1 message was deleted." : `${deleted.toLocaleString("en")} messages were deleted.`;
}
