/** The pinned output of a node as JSON, to be written by hand. */
import { Button, Modal, Text } from "@mantine/core";
import { useState } from "react";
import type { Item } from "../../bindings/Item";
import type { NodeId } from "../../bindings/NodeId";
import { displayText } from "../../components/displayText";
import { sentences } from "../../components/sentences";
import { usePins } from "../../state/pins";
import classes from "./Dialogs.module.css";
import { itemsText, readItems } from "./data/itemsText";
import { ItemsField } from "./ItemsField";

interface Props {
  nodeId: NodeId;
  label: string;
  /** What is pinned now. */
  items: readonly Item[];
  onClose(): void;
}

/** The dialog. */
export function PinDialog({ nodeId, label, items, onClose }: Props) {
  const [text, setText] = useState(() => itemsText(items.length > 0 ? items : [{ json: {} }]));
  const [refusal, setRefusal] = useState("");
  const read = readItems(text, items);
  const save = async () => {
    if (!("items" in read)) return;
    const error = await usePins.getState().set(nodeId, read.items);
    if (error) setRefusal(sentences(error.message, error.hint));
    else onClose();
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Pinned output of {displayText(label, 80)}</Text>} size={640}>
      <Text size="sm" c="dimmed" mb="xs">
        Test runs use these items instead of executing the node. Runs that a trigger starts never do.
      </Text>
      <ItemsField label="Items" text={text} onChange={setText} problem={"problem" in read ? read.problem : refusal} />
      <div className={classes.end}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={"problem" in read} onClick={() => void save()}>
          Pin
        </Button>
      </div>
    </Modal>
  );
}
