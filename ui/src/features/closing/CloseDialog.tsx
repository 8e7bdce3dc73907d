/** Asked when the window is closed while workflows are switched on: what goes on, and what ends. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import { asCoreError, call, transport } from "../../ipc";
import { useIsTopDialog } from "../../state/dialogs";
import { useEditor } from "../../state/editor";
import { useSettings } from "../../state/settings";
import { useWorkflows } from "../../state/workflows";
import { ErrorCard } from "../errors/ErrorCard";

/** The question, while there is one. */
export function CloseDialog() {
  const [asked, setAsked] = useState(false);
  useEffect(
    () =>
      transport().onCloseAsked(() => {
        void useWorkflows.getState().load();
        setAsked(true);
      }),
    [],
  );
  return asked ? <Question onClose={() => setAsked(false)} /> : null;
}

function Question({ onClose }: { onClose(): void }) {
  const active = useWorkflows((state) => state.workflows.filter((workflow) => workflow.active).length);
  const [error, setError] = useState<CoreError | null>(null);
  const [unsaved, setUnsaved] = useState(false);
  const isTop = useIsTopDialog();
  const attempt = async (run: () => Promise<unknown>) => {
    setError(null);
    try {
      await run();
      onClose();
    } catch (cause) {
      setError(asCoreError(cause));
    }
  };
  const keepRunning = () =>
    attempt(async () => {
      // When it cannot be noted, the question only comes again.
      await useSettings
        .getState()
        .save({ knows_closing: true })
        .catch(() => undefined);
      await call("hide_window", {});
    });
  const quit = (anyway: boolean) =>
    attempt(async () => {
      if (!anyway) {
        setUnsaved(true);
        await useEditor.getState().idle();
        setUnsaved(false);
      }
      await call("quit", {});
    });
  const workflows = active === 1 ? "1 workflow is" : `${active} workflows are`;
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnEscape={isTop}
      title={<Text fw={600}>Bridge keeps running</Text>}
      size={460}
      zIndex={500}
    >
      <Text size="sm">
        Bridge keeps running in the tray while {workflows} switched on. Quitting ends it: nothing starts by itself until
        you open Bridge again.
      </Text>
      <Text size="sm" c="dimmed" mt={8}>
        To show the window again, click the icon in the tray or start Bridge again.
      </Text>
      {error && (
        <div style={{ marginTop: 12 }}>
          <ErrorCard error={error} {...(unsaved ? { title: "Your last changes are not saved" } : {})} />
        </div>
      )}
      <Group gap={8} justify="flex-end" mt={16}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="default" color="red" onClick={() => void quit(unsaved && error !== null)}>
          {unsaved && error !== null ? "Quit without them" : "Quit"}
        </Button>
        <Button data-autofocus onClick={() => void keepRunning()}>
          Keep running
        </Button>
      </Group>
    </Modal>
  );
}
