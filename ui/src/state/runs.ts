/**
 * The run that the open workflow shows: starts, follows, cancels and reads runs, and feeds everything to the one reducer
 * in `runView.ts`.
 */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";
import type { NodeId } from "../bindings/NodeId";
import type { RunEvent } from "../bindings/RunEvent";
import type { RunId } from "../bindings/RunId";
import type { RunRequest } from "../bindings/RunRequest";
import type { RunSummary } from "../bindings/RunSummary";
import type { StepDecision } from "../bindings/StepDecision";
import type { WorkflowId } from "../bindings/WorkflowId";
import type { WorkflowVersion } from "../bindings/WorkflowVersion";
import { fromDefinition, type Graph } from "../graph/graph";
import { asCoreError, call, transport } from "../ipc";
import { useEditor } from "./editor";
import { perFrame } from "./frames";
import { useOverlay } from "./overlay";
import { usePanels } from "./panels";
import { applyEvents, fromDetail, hasEnded, NO_RUN, type RunView, stepToShow } from "./runView";
import { useSelection } from "./selection";
import { staleNodes } from "./staleness";
import { toastError } from "./toasts";

/** What to run, besides the workflow. */
type RunWish = Omit<RunRequest, "workflow_id">;

interface RunsState {
  view: RunView;
  /** Whether the canvas shows a past run on the version that ran, read-only. */
  past: boolean;
  /** Whether the run was joined because it began, not because the user asked for it: it gives way to the next one. */
  live: boolean;
  /** A run was asked for and has not begun. */
  starting: boolean;
  /** Why the last run did not begin, with the problems by node. */
  refusal: { error: CoreError; nodes: readonly (NodeId | null)[] } | null;
  /** The step whose data is shown. */
  selected: number | null;
  /** Nodes whose result no longer says what the workflow would do. */
  stale: ReadonlySet<NodeId>;
  /** The newest run of the workflow that is known here; null when it never ran. */
  last: RunSummary | null;
  /** A past run to show as soon as its workflow is open. */
  wanted: RunId | null;

  /** Joins a run of the workflow that has not ended. Returns how to let go. */
  open(workflowId: WorkflowId): () => void;
  start(wish: RunWish): Promise<void>;
  /** Stops the shown run, or another one. */
  cancel(runId?: RunId): Promise<void>;
  decide(step: number, decision: StepDecision): Promise<void>;
  /** Shows a run that began by itself, until another one does. */
  joinLive(runId: RunId): Promise<void>;
  /** The user looks at the shown run: it stays. */
  stay(): void;
  /** Shows a past run on exactly the version that ran. */
  openPast(runId: RunId): Promise<void>;
  /** Shows a past run once the editor has opened its workflow. */
  want(runId: RunId | null): void;
  /** From a past run to the workflow as it is. */
  backToNow(): void;
  /** Takes the run off the canvas. */
  clear(): void;
  dismissRefusal(): void;
  selectStep(step: number | null): void;
  /** Shows the newest step of a node, if it ran. */
  selectNode(nodeId: NodeId): void;
}

/** How much of the time a run that goes on may take to be drawn: the rest is the user's. */
const DRAWING_SHARE = 0.25;
const NO_NODES: ReadonlySet<NodeId> = new Set();
const NOTHING = { view: NO_RUN, past: false, live: false, selected: null, stale: NO_NODES, refusal: null } as const;

/** The run of the open workflow. */
export const useRuns = create<RunsState>()((set, get) => {
  let workflowId: WorkflowId | null = null;
  /** Grows whenever another run is shown: what arrives for an earlier one is dropped. */
  let showing = 0;
  /** The graph that ran; null while it is not known. */
  let ran: Graph | null = null;

  const compare = () => {
    const stale = ran === null || get().past ? NO_NODES : staleNodes(ran, useEditor.getState().graph);
    if (stale !== get().stale && (stale.size > 0 || get().stale.size > 0)) set({ stale });
  };

  /** Follows a run, a frame at a time, until it ends. */
  async function follow(runId: RunId, live = false): Promise<void> {
    showing += 1;
    const ticket = showing;
    // A run that goes on after it asked keeps what is shown: its events come again from the start.
    let another = get().view.run?.id !== runId || get().past;
    // A live run takes the place of the one before it with its first events, so that nothing flickers between them.
    if (another && !live) set({ ...NOTHING });
    const frames = perFrame<RunEvent>((events) => {
      take(events, another ? { ...NOTHING, live } : get());
      another = false;
    }, DRAWING_SHARE);
    try {
      await transport().watchRun(runId, (events) => {
        if (ticket === showing) frames.push(events);
      });
      if (ticket === showing) frames.flush();
    } catch (cause) {
      // One that began by itself may be gone before it was looked at.
      if (ticket === showing && !live) toastError(asCoreError(cause), () => void follow(runId));
    } finally {
      frames.cancel();
    }
  }

  /** Takes events in, and opens the panel on what the user has to see. */
  function take(events: readonly RunEvent[], before: Pick<RunsState, "view" | "past" | "live" | "selected">): void {
    const view = applyEvents(before.view, events);
    const { run } = view;
    if (run !== null && before.view.run === null) void learnWhatRan(run.version_number);
    const needsYou = (run?.status === "error" || run?.status === "unknown") && run.status !== before.view.run?.status;
    // Runs that begin by themselves fail by themselves, too: the panel is not opened for each of them.
    const opens = needsYou && !before.live;
    const selected = opens || before.selected === null ? stepFor(view, opens) : before.selected;
    set({ ...before, view, selected, ...(run === null ? {} : { last: run }) });
    if (opens) usePanels.getState().setRunPanelOpen(true);
  }

  /** The step to show by itself: that of the selected node, else, at the end, the one that says most. */
  function stepFor(view: RunView, needsYou: boolean): number | null {
    const [only, ...others] = useSelection.getState().nodes;
    const chosen = only !== undefined && others.length === 0 ? view.nodes.get(only)?.latest : undefined;
    if (!needsYou && chosen !== undefined) return chosen;
    return needsYou || (view.run !== null && hasEnded(view.run)) ? stepToShow(view) : null;
  }

  async function learnWhatRan(versionNumber: number): Promise<void> {
    const { workflow, truth } = useEditor.getState();
    const ticket = showing;
    if (workflow === null) return;
    ran = null;
    try {
      const isNow = workflow.active_version === versionNumber;
      const graph = isNow
        ? truth
        : fromDefinition(
            (await call("get_version", { workflow_id: workflow.id, version_number: versionNumber })).definition,
          );
      if (ticket !== showing) return;
      ran = graph;
      compare();
    } catch {
      // Without the version nothing is marked as changed; the run itself is shown all the same.
    }
  }

  /** The newest run, when it has not ended. */
  async function join(id: WorkflowId): Promise<void> {
    const ticket = showing;
    try {
      const [newest] = await call("list_runs", { filter: { workflow_id: id, statuses: [], limit: 1 } });
      if (!newest || ticket !== showing || workflowId !== id) return;
      set({ last: newest });
      if (hasEnded(newest)) return;
      await follow(newest.id, newest.trigger.type !== "manual");
    } catch (cause) {
      if (workflowId === id) toastError(asCoreError(cause), () => void join(id));
    }
  }

  /** Another version is looked at, or none: it is not the one whose run is shown. */
  function leavePast(preview: WorkflowVersion | null): void {
    if (preview === null) get().backToNow();
    else if (preview.version_number !== get().view.run?.version_number) set({ ...NOTHING });
  }

  return {
    ...NOTHING,
    starting: false,
    last: null,
    wanted: null,
    open(id) {
      workflowId = id;
      showing += 1;
      ran = null;
      set({ ...NOTHING, starting: false, last: null });
      const { wanted } = get();
      set({ wanted: null });
      void (wanted === null ? join(id) : get().openPast(wanted));
      const ignore = useEditor.subscribe((state, before) => {
        if (state.graph !== before.graph) compare();
        if (get().past && state.preview !== before.preview) leavePast(state.preview);
      });
      return () => {
        ignore();
        showing += 1;
        workflowId = null;
        set({ ...NOTHING, starting: false });
      };
    },
    async start(wish) {
      const id = workflowId;
      if (id === null || get().starting) return;
      set({ starting: true, refusal: null });
      try {
        await useEditor.getState().idle();
        if (get().past) get().backToNow();
        else useEditor.getState().setPreview(null);
        const run = await call("run_workflow", { request: { workflow_id: id, ...wish } });
        if (workflowId !== id) return;
        usePanels.getState().showRunPanel();
        set({ starting: false });
        await follow(run.id);
      } catch (cause) {
        if (workflowId !== id) return;
        await refuse(asCoreError(cause), wish);
      } finally {
        if (workflowId === id) set({ starting: false });
      }
    },
    async cancel(runId = get().view.run?.id) {
      if (runId !== undefined) await attempt(() => call("cancel_run", { run_id: runId }));
    },
    async decide(step, decision) {
      const { run } = get().view;
      if (run === null) return;
      const decided = await attempt(() => call("decide_step", { run_id: run.id, step, decision }));
      // The events ended where the run asked: from here on there are new ones.
      if (decided && get().view.run?.id === run.id && get().view.run?.status === "unknown") await follow(run.id);
    },
    async joinLive(runId) {
      if (workflowId !== null) await follow(runId, true);
    },
    stay: () => set({ live: false }),
    async openPast(runId) {
      const id = workflowId;
      showing += 1;
      const ticket = showing;
      const detail = await attempt(() => call("get_run", { run_id: runId }));
      if (!detail || ticket !== showing || id === null) return;
      if (!hasEnded(detail.run)) {
        await follow(runId);
        return;
      }
      const asked = { workflow_id: id, version_number: detail.run.version_number };
      const version = await attempt(() => call("get_version", asked));
      if (!version || ticket !== showing) return;
      const view = fromDetail(detail);
      useEditor.getState().setPreview(version);
      set({ ...NOTHING, view, past: true, selected: stepToShow(view) });
      usePanels.getState().setRunPanelOpen(true);
    },
    want: (wanted) => set({ wanted }),
    backToNow() {
      showing += 1;
      ran = null;
      set({ ...NOTHING });
      useOverlay.getState().highlight([]);
      useEditor.getState().setPreview(null);
      if (workflowId !== null) void join(workflowId);
    },
    clear() {
      if (get().past) get().backToNow();
      showing += 1;
      ran = null;
      set({ ...NOTHING });
    },
    dismissRefusal: () => set({ refusal: null }),
    selectStep: (selected) => set({ selected }),
    selectNode(nodeId) {
      const latest = get().view.nodes.get(nodeId)?.latest;
      const { selected, view } = get();
      const isThere = selected !== null && view.steps.get(selected)?.node_id === nodeId;
      if (latest !== undefined && !isThere) set({ selected: latest });
    },
  };

  /** Keeps why a run did not begin. */
  async function refuse(error: CoreError, wish: RunWish): Promise<void> {
    if (error.problems.length === 0) {
      toastError(error);
      return;
    }
    const id = workflowId;
    const ids = await nodesOf(wish);
    if (workflowId !== id) return;
    const nodes = error.problems.map(({ path }) => nodeOf(path, ids));
    set({ refusal: { error, nodes } });
    usePanels.getState().setRunPanelOpen(true);
  }
});

/** The nodes of the version that was to run, in their order; none when that is not known. */
async function nodesOf({ scope }: RunWish): Promise<readonly NodeId[]> {
  const { graph, workflow } = useEditor.getState();
  if (scope.type !== "retry" || scope.active_version || workflow === null) return [...graph.nodes.keys()];
  try {
    const { run } = await call("get_run", { run_id: scope.run_id });
    const asked = { workflow_id: workflow.id, version_number: run.version_number };
    return (await call("get_version", asked)).definition.nodes.map((node) => node.id);
  } catch {
    return [];
  }
}

/** The node a problem's path is about: `nodes[3].data.config.url`, or null. */
function nodeOf(path: string, ids: readonly NodeId[]): NodeId | null {
  const index = /\bnodes\[(\d+)\]/.exec(path)?.[1];
  return index === undefined ? null : (ids[Number(index)] ?? null);
}

/** Runs a command; on failure says what happened. */
async function attempt<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (cause) {
    toastError(asCoreError(cause));
    return null;
  }
}
