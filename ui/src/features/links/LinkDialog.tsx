/** Shows an address whole before it leaves the window, with everything visible that could deceive. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import { asCoreError, call } from "../../ipc";
import { useIsTopDialog } from "../../state/dialogs";
import { type LinkQuestion, useLinks } from "../../state/links";
import { ErrorCard } from "../errors/ErrorCard";
import { examine } from "./address";
import classes from "./LinkDialog.module.css";

/** The question, while there is one. */
export function LinkDialog() {
  const question = useLinks((state) => state.question);
  const close = useLinks((state) => state.close);
  const isTop = useIsTopDialog(question !== null);
  return (
    <Modal
      opened={question !== null}
      onClose={close}
      closeOnEscape={isTop}
      title="Open this address?"
      size="md"
      zIndex={400}
    >
      {question !== null && <Question key={question.url} question={question} onClose={close} />}
    </Modal>
  );
}

function Question({ question, onClose }: { question: LinkQuestion; onClose(): void }) {
  const [error, setError] = useState<CoreError | null>(null);
  const { before, host, after, warnings } = examine(question.url, question.text);
  const open = async () => {
    try {
      await call("open_link", { url: question.url });
      onClose();
    } catch (cause) {
      setError(asCoreError(cause));
    }
  };
  return (
    <Stack gap={12}>
      <Text size="sm">It opens in your browser. This is the whole address:</Text>
      <div className={classes.address} data-address>
        {before}
        <b>{host}</b>
        {after}
      </div>
      {warnings.map((warning) => (
        <div key={warning} className={classes.warning} role="note">
          <IconAlertTriangle size={16} aria-hidden />
          <span>{warning}</span>
        </div>
      ))}
      {error !== null && <ErrorCard error={error} remedies={{ retry: () => void open() }} />}
      <Group justify="flex-end" gap={8}>
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={() => void open()}>Open in the browser</Button>
      </Group>
    </Stack>
  );
}
