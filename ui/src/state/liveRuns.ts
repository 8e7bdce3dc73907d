/**
 * Runs of the open workflow that go on, whoever started them, and which of them the canvas shows by itself: the newest,
 * unless the user looks at another one.
 */
import { create } from "zustand";
import type { RunId } from "../bindings/RunId";
import type { RunSummary } from "../bindings/RunSummary";
import type { WorkflowId } from "../bindings/WorkflowId";
import { call, transport } from "../ipc";
import { paced } from "./paced";
import { usePanels } from "./panels";
import { useRuns } from "./runs";
import { hasEnded } from "./runView";

/** Between two looks at what is under way, in milliseconds. */
const LOOK_MS = 400;
/** Between two runs that the canvas shows by itself, in milliseconds. */
const SWITCH_MS = 500;
/** Runs counted at most. */
export const MOST_COUNTED = 100;

interface LiveRunsState {
  /** Runs that have a turn or wait for one, newest first, as many as are counted. */
  underWay: readonly RunSummary[];
  /** Looks at a workflow. Returns how to stop. */
  open(workflowId: WorkflowId): () => void;
}

/** What goes on in the open workflow. */
export const useLiveRuns = create<LiveRunsState>()((set) => ({
  underWay: [],
  open(workflowId) {
    let closed = false;
    /** The newest run that began and was not shown. */
    let begun: RunId | null = null;
    const look = paced(LOOK_MS, async () => {
      const filter = { workflow_id: workflowId, statuses: ["new" as const, "running" as const], limit: MOST_COUNTED };
      // What cannot be read now is read at the next change; the list of runs says why it cannot.
      const underWay = await call("list_runs", { filter }).catch(() => null);
      if (!closed && underWay !== null) set({ underWay });
    });
    const show = paced(SWITCH_MS, async () => {
      if (closed || begun === null) return;
      const { live } = useRuns.getState();
      const runId = begun;
      // While a live run goes on, the next one waits until it has ended.
      if (!givesWay()) begun = live ? begun : null;
      else {
        begun = null;
        if (useRuns.getState().view.run?.id !== runId) void useRuns.getState().joinLive(runId);
      }
    });
    const ignoreChanges = transport().onChanged(({ entity, id, run_id }) => {
      if (entity !== "run" || (id !== workflowId && id !== "")) return;
      look.ask();
      if (run_id === undefined) return;
      begun = run_id;
      show.ask();
    });
    const ignoreRuns = useRuns.subscribe(({ view, live }, before) => {
      if (live && begun !== null && view.run?.status !== before.view.run?.status) show.ask();
    });
    look.ask();
    return () => {
      closed = true;
      look.cancel();
      show.cancel();
      ignoreChanges();
      ignoreRuns();
      set({ underWay: [] });
    };
  },
}));

/** Whether the canvas may show another run: the user does not look at the one that is shown. */
function givesWay(): boolean {
  const { view, past, starting, live } = useRuns.getState();
  if (past || starting) return false;
  if (view.run === null) return true;
  if (live) return hasEnded(view.run) || view.run.status === "waiting" || view.run.status === "new";
  return hasEnded(view.run) && usePanels.getState().runPanelOpen !== true;
}
