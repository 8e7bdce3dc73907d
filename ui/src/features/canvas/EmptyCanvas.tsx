/** What an empty workflow shows: the one thing to do first. */
import { Button, Text } from "@mantine/core";
import { IconBolt, IconPlus } from "@tabler/icons-react";
import { useCanvasView } from "../../state/canvasView";
import classes from "./Canvas.module.css";

/** Invitation to add a trigger. */
export function EmptyCanvas() {
  return (
    <div className={classes.empty}>
      <div className={classes.emptyTile}>
        <IconBolt size={22} stroke={1.5} />
      </div>
      <Text fw={600} size="md">
        Start with a trigger
      </Text>
      <Text c="dimmed" mb="sm">
        It decides when the workflow runs. Or ask the assistant to build the whole of it.
      </Text>
      <Button
        size="sm"
        leftSection={<IconPlus size={16} />}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          useCanvasView.getState().setQuickAdd({ at: { x: box.left, y: box.bottom + 6 } });
        }}
      >
        Add a node
      </Button>
    </div>
  );
}
