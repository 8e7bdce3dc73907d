/** How much room the history of runs may take and takes now. */
import { Button, Loader, Progress, Switch, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import type { RoomProgress } from "../../bindings/RoomProgress";
import type { RunRoom } from "../../bindings/RunRoom";
import { displayText } from "../../components/displayText";
import { counted } from "../../components/durations";
import { sentences } from "../../components/sentences";
import { roomText } from "../../components/sizes";
import { asCoreError } from "../../ipc";
import { useRunRoom } from "../../state/runRoom";
import { ErrorCard } from "../errors/ErrorCard";
import own from "./History.module.css";
import { NumberField } from "./NumberField";
import { Section } from "./Section";
import classes from "./SettingsDialog.module.css";

const MIB = 2 ** 20;
/** Workflows listed at most. */
const LISTED = 5;

/** The page. */
export function HistoryPage() {
  const { room, error, load } = useRunRoom();
  useEffect(() => void load(), [load]);
  return (
    <div className={classes.sections}>
      <h2 className={classes.title}>History of runs</h2>
      {error && <ErrorCard error={error} remedies={{ retry: () => void load() }} />}
      {room === null && !error && <Loader size="sm" aria-label="Reading how much room runs take" />}
      {room !== null && <Parts room={room} />}
    </div>
  );
}

function Parts({ room }: { room: RunRoom }) {
  const save = useRunRoom((state) => state.save);
  return (
    <>
      <Section
        title="For each workflow"
        note="When its runs take more, room is made by itself: data of successful runs goes first, then that of failed ones, then whole runs, the oldest first each time. The newest run and those that have not ended stay."
      >
        <NumberField
          field="budget.bytes"
          label="Room, in MiB"
          saved={String(Math.round(room.budget.bytes / MIB))}
          least={1}
          most={2 ** 20}
          save={(mebibytes) => save({ bytes: mebibytes * MIB })}
        />
        <NumberField
          field="budget.runs"
          label="Runs"
          saved={String(room.budget.runs)}
          least={10}
          most={1_000_000}
          save={(runs) => save({ runs })}
        />
      </Section>
      <Section title="Successful runs">
        <KeepSwitch keep={room.budget.keep_success_data} />
      </Section>
      <Section title="Now">
        <Taken room={room} />
        <MakeRoom disabled={room.workflows.length === 0} />
      </Section>
    </>
  );
}

function KeepSwitch({ keep }: { keep: boolean }) {
  const [refused, setRefused] = useState<string | null>(null);
  const change = async (wanted: boolean) => {
    setRefused(null);
    try {
      await useRunRoom.getState().save({ keep_success_data: wanted });
    } catch (cause) {
      const { message, hint } = asCoreError(cause);
      setRefused(sentences(message, hint));
    }
  };
  return (
    <Switch
      label="Keep data of successful runs"
      description="If not, only the list of their steps stays. Runs that you start by hand in the window keep theirs, and so does the newest run of each workflow."
      checked={keep}
      error={refused}
      onChange={(event) => void change(event.currentTarget.checked)}
    />
  );
}

function Taken({ room: { workflows } }: { room: RunRoom }) {
  const bytes = workflows.reduce((sum, workflow) => sum + workflow.bytes, 0);
  const runs = workflows.reduce((sum, workflow) => sum + workflow.runs, 0);
  const others = workflows.length - LISTED;
  if (runs === 0) return <Text size="sm">Nothing has run yet.</Text>;
  return (
    <>
      <Text size="sm">
        {counted(runs, "run")} of {counted(workflows.length, "workflow")} {runs === 1 ? "takes" : "take"}{" "}
        <b>{roomText(bytes)}</b>.
      </Text>
      <table className={own.table} aria-label="Room by workflow">
        <tbody>
          {workflows.slice(0, LISTED).map((workflow) => (
            <tr key={workflow.workflow_id}>
              <th scope="row">
                <bdi>{displayText(workflow.name, 80)}</bdi>
              </th>
              <td>{counted(workflow.runs, "run")}</td>
              <td>{roomText(workflow.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {others > 0 && <p className={own.note}>{counted(others, "more workflow")}, each with less.</p>}
    </>
  );
}

function MakeRoom({ disabled }: { disabled: boolean }) {
  const { progress, made, makeRoom } = useRunRoom();
  const done = progress && progress.workflows > 0 ? (100 * progress.workflows_done) / progress.workflows : 0;
  return (
    <div className={own.make}>
      <Button
        size="xs"
        variant="default"
        disabled={disabled}
        loading={progress !== null}
        onClick={() => void makeRoom()}
      >
        Make room now
      </Button>
      {progress && (
        <>
          <Progress className={own.progress} value={done} aria-label="Making room" transitionDuration={100} />
          <span className={own.note}>
            {progress.workflows_done} of {counted(progress.workflows, "workflow")}
          </span>
        </>
      )}
      <span role="status" className={own.note}>
        {made && madeText(made)}
      </span>
    </div>
  );
}

function madeText({ dropped, deleted }: RoomProgress): string {
  if (dropped + deleted === 0) return "All runs fit. Nothing was given up.";
  const parts = [
    ...(dropped > 0 ? [`data of ${counted(dropped, "run")}`] : []),
    ...(deleted > 0 ? [counted(deleted, "whole run")] : []),
  ];
  return `Given up: ${parts.join(" and ")}.`;
}
