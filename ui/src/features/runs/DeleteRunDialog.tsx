/** Asks before a run is deleted: its data cannot be brought back. */
import { Button, Modal, Text } from "@mantine/core";
import type { RunSummary } from "../../bindings/RunSummary";
import { fullTime } from "../../components/times";
import { asCoreError, call } from "../../ipc";
import { useRuns } from "../../state/runs";
import { toastError } from "../../state/toasts";
import classes from "./Dialogs.module.css";

/** The question. */
export function DeleteRunDialog({ run, onClose }: { run: RunSummary; onClose(): void }) {
  const remove = async () => {
    onClose();
    try {
      await call("delete_run", { run_id: run.id });
      if (useRuns.getState().view.run?.id === run.id) useRuns.getState().clear();
    } catch (cause) {
      toastError(asCoreError(cause));
    }
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Delete this run?</Text>} size={420}>
      <Text size="sm">
        The run of {fullTime(run.started_at)} goes with everything its steps read and put out. This cannot be undone.
      </Text>
      <div className={classes.end}>
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" onClick={() => void remove()}>
          Delete
        </Button>
      </div>
    </Modal>
  );
}
