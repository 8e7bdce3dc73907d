/** Running with items of the user's own instead of what the trigger would put out. */
import { Button, Modal, Text } from "@mantine/core";
import { useState } from "react";
import type { NodeId } from "../../bindings/NodeId";
import { runAll } from "../../state/runCommands";
import classes from "./Dialogs.module.css";
import { readItems } from "./data/itemsText";
import { ItemsField } from "./ItemsField";

/** What was run with last, for the next time. */
let last = '[\n  {\n    "name": "Ada"\n  }\n]';

/** The dialog. */
export function InputDialog({ trigger, onClose }: { trigger: NodeId | undefined; onClose(): void }) {
  const [text, setText] = useState(last);
  const read = readItems(text);
  const run = () => {
    if (!("items" in read)) return;
    last = text;
    onClose();
    void runAll(trigger, read.items);
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Run with input</Text>} size={600}>
      <Text size="sm" c="dimmed" mb="xs">
        The trigger puts out these items, one run through the workflow for all of them.
      </Text>
      <ItemsField label="Items" text={text} onChange={setText} problem={"problem" in read ? read.problem : ""} />
      <div className={classes.end}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={"problem" in read} onClick={run}>
          Run
        </Button>
      </div>
    </Modal>
  );
}
