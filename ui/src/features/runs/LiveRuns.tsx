/** What goes on in the open workflow without the user having started it: how many runs, and each to look at or cancel. */
import { Menu } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { RunSummary } from "../../bindings/RunSummary";
import { IconAction } from "../../components/IconAction";
import { RUN_LOOKS, RunState } from "../../components/RunState";
import { MOST_COUNTED, useLiveRuns } from "../../state/liveRuns";
import { useRuns } from "../../state/runs";
import { Elapsed } from "./Elapsed";
import classes from "./LiveRuns.module.css";
import { triggerText } from "./triggerText";

/** How long the last runs are still named after they have ended, so that short ones do not flicker, in milliseconds. */
const LINGER_MS = 1_500;
/** Runs listed at most. */
const LISTED = 8;

/** The indicator; nothing while nothing goes on. It stands first in its row, so that nothing else moves. */
export function LiveRuns() {
  const own = useRuns(({ view, past, live }) => (past || live ? null : (view.run?.id ?? null)));
  const underWay = useLiveRuns((state) => state.underWay);
  // A run by hand has the button that started it.
  const runs = underWay.filter(({ id, trigger }) => id !== own && trigger.type !== "manual");
  const shown = useLinger(runs);
  const [newest] = shown;
  if (newest === undefined) return null;
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <button type="button" className={classes.live}>
          <span className={classes.pulse} data-busy={runs.length > 0} aria-hidden />
          <span className={classes.text}>{textOf(newest, shown.length - 1)}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Under way</Menu.Label>
        {runs.length === 0 && <Menu.Item disabled>All of them have ended</Menu.Item>}
        {runs.slice(0, LISTED).map((run) => (
          <Row key={run.id} run={run} />
        ))}
        {runs.length > LISTED && <Menu.Label>and {countText(runs.length - LISTED)} more</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}

function Row({ run }: { run: RunSummary }) {
  return (
    <div className={classes.row}>
      <Menu.Item
        leftSection={<RunState status={run.status} size={15} />}
        onClick={() => void useRuns.getState().openPast(run.id)}
      >
        {triggerText(run)}
        <span className={classes.since}>
          {run.status === "new" ? RUN_LOOKS.new.text : <Elapsed since={run.started_at} />}
        </span>
      </Menu.Item>
      <IconAction label="Cancel this run" size={26} onClick={() => void useRuns.getState().cancel(run.id)}>
        <IconPlayerStop size={14} />
      </IconAction>
    </div>
  );
}

function textOf(newest: RunSummary, others: number): string {
  const started = triggerText(newest);
  const first = `Running: ${started.charAt(0).toLowerCase()}${started.slice(1)}`;
  return others > 0 ? `${first}, ${countText(others)} more` : first;
}

function countText(count: number): string {
  return count + 1 >= MOST_COUNTED ? `${MOST_COUNTED - 1}+` : String(count);
}

/** The runs, and for a while after the last one has ended those that were there. */
function useLinger(runs: readonly RunSummary[]): readonly RunSummary[] {
  const [last, setLast] = useState(runs);
  if (runs.length > 0 && last !== runs && !isSame(last, runs)) setLast(runs);
  const isOver = runs.length === 0;
  useEffect(() => {
    if (!isOver) return;
    const timer = setTimeout(() => setLast([]), LINGER_MS);
    return () => clearTimeout(timer);
  }, [isOver]);
  return isOver ? last : runs;
}

function isSame(some: readonly RunSummary[], others: readonly RunSummary[]): boolean {
  return some.length === others.length && some.every((run, index) => run === others[index]);
}
