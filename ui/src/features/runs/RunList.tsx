/** Past runs of a workflow, or of all: to look at, to do again, to delete. */
import { Button, Menu, Skeleton, Text } from "@mantine/core";
import { IconDotsVertical, IconTrash } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { RunStatus } from "../../bindings/RunStatus";
import type { RunSummary } from "../../bindings/RunSummary";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { displayText } from "../../components/displayText";
import { duration } from "../../components/durations";
import { IconAction } from "../../components/IconAction";
import { RUN_LOOKS, RunState } from "../../components/RunState";
import { fullTime, timeAgo } from "../../components/times";
import { useNavigation } from "../../state/navigation";
import { useRuns } from "../../state/runs";
import { hasEnded } from "../../state/runView";
import { DeleteRunDialog } from "./DeleteRunDialog";
import classes from "./RunList.module.css";
import { triggerText } from "./triggerText";
import { useRunList } from "./useRunList";

const FILTERS: { label: string; statuses: readonly RunStatus[] }[] = [
  { label: "All", statuses: [] },
  { label: "Failed", statuses: ["error"] },
  { label: "Succeeded", statuses: ["success"] },
  { label: "Under way", statuses: ["new", "running", "waiting"] },
  { label: "Needs you", statuses: ["unknown"] },
  { label: "Cancelled", statuses: ["canceled"] },
];

/** The list; of all workflows without `workflowId`. */
export function RunList({ workflowId, onOpened }: { workflowId?: WorkflowId; onOpened?(): void }) {
  const [filter, setFilter] = useState(0);
  const list = useRunList(workflowId, FILTERS[filter]?.statuses ?? []);
  const [deleting, setDeleting] = useState<RunSummary | null>(null);
  const open = (run: RunSummary) => {
    if (workflowId === undefined) {
      useRuns.getState().want(run.id);
      useNavigation.getState().goToWorkflow(run.workflow_id);
    } else {
      void useRuns.getState().openPast(run.id);
      onOpened?.();
    }
  };
  return (
    <div className={classes.list}>
      <div className={classes.filters} role="toolbar" aria-label="Show runs">
        {FILTERS.map(({ label }, index) => (
          <button
            key={label}
            type="button"
            className={classes.filter}
            aria-pressed={index === filter}
            onClick={() => setFilter(index)}
          >
            {label}
          </button>
        ))}
      </div>
      <div className={classes.rows}>
        {list.error && (
          <div className={classes.note} role="alert">
            <Text size="sm">{list.error.message}</Text>
            <Button size="compact-xs" variant="default" onClick={list.reload}>
              Try again
            </Button>
          </div>
        )}
        {list.runs === null && !list.error && <Skeleton height={120} m={12} />}
        {list.runs?.length === 0 && (
          <Text size="sm" c="dimmed" className={classes.note}>
            {filter === 0 ? "Nothing has run yet." : "No run is in this state."}
          </Text>
        )}
        <ul className={classes.items} aria-label="Runs">
          {list.runs?.map((run) => (
            <Row
              key={run.id}
              run={run}
              named={workflowId === undefined}
              onOpen={() => open(run)}
              onDelete={() => setDeleting(run)}
            />
          ))}
        </ul>
        {list.hasMore && <End key={list.runs?.length} onSeen={list.more} />}
      </div>
      {deleting && <DeleteRunDialog run={deleting} onClose={() => setDeleting(null)} />}
    </div>
  );
}

interface RowProps {
  run: RunSummary;
  /** Whether the workflow is named. */
  named: boolean;
  onOpen(): void;
  onDelete(): void;
}

function Row({ run, named, onOpen, onDelete }: RowProps) {
  const shown = useRuns((state) => state.view.run?.id === run.id);
  return (
    <li className={classes.row}>
      <button type="button" className={classes.open} aria-current={shown || undefined} onClick={onOpen}>
        <RunState status={run.status} />
        <span className={classes.main}>
          {named && <bdi className={classes.name}>{displayText(run.workflow_name, 120)}</bdi>}
          <span className={named ? classes.detail : classes.name}>{RUN_LOOKS[run.status].text}</span>
          {run.error && (
            <bdi className={classes.error}>
              {displayText(`${run.error.node_label}: ${run.error.error.message}`, 160)}
            </bdi>
          )}
        </span>
        <span className={classes.detail}>{triggerText(run)}</span>
        <span className={classes.version}>version {run.version_number}</span>
        <span className={classes.took}>{run.duration_ms === null ? "" : duration(run.duration_ms)}</span>
        <span className={classes.time} title={fullTime(run.started_at)}>
          {timeAgo(run.started_at)}
        </span>
      </button>
      <Menu position="bottom-end">
        <Menu.Target>
          <IconAction label="More" size={24}>
            <IconDotsVertical size={15} />
          </IconAction>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} disabled={!hasEnded(run)} onClick={onDelete}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

/** The end of what was read: more is read when it comes into view. */
function End({ onSeen }: { onSeen(): void }) {
  const end = useRef<HTMLDivElement>(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    if (!end.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && seen.current());
    observer.observe(end.current);
    return () => observer.disconnect();
  }, []);
  return <div ref={end} className={classes.end} />;
}
