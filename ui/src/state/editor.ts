/**
 * The open workflow: what is stored (`truth`), what the canvas shows (`graph`: the truth with all waiting edits applied)
 * and the queue between them. Every edit of the interface goes through `submit`.
 */
import { create } from "zustand";
import type { Action } from "../bindings/Action";
import type { Change } from "../bindings/Change";
import type { Error as CoreError } from "../bindings/Error";
import type { Snapshot } from "../bindings/Snapshot";
import type { Workflow } from "../bindings/Workflow";
import type { WorkflowId } from "../bindings/WorkflowId";
import type { WorkflowVersion } from "../bindings/WorkflowVersion";
import { applyActions, applyChange, EMPTY_GRAPH, fromDefinition, type Graph } from "../graph/graph";
import { asCoreError, call } from "../ipc";
import { actionManifest } from "./catalog";
import { EditQueue, type Outcome, type Step } from "./queue";
import { useSelection } from "./selection";
import { toastError, useToasts } from "./toasts";

/** What became of an edit. */
export type SubmitResult = { ok: true } | { ok: false; error: CoreError };

interface EditorState {
  workflow: Workflow | null;
  loading: boolean;
  loadError: CoreError | null;
  truth: Graph;
  graph: Graph;
  canUndo: boolean;
  canRedo: boolean;
  /** Steps that are not stored yet, the running one included. */
  waiting: number;
  /** Why nothing can be stored right now; edits wait and are tried again. */
  blocked: CoreError | null;
  /** An old version shown instead of the workflow, read-only. */
  preview: WorkflowVersion | null;

  open(id: WorkflowId): Promise<void>;
  close(): void;
  /** Reads the workflow again, after what is waiting has been stored. */
  refresh(): Promise<void>;
  /**
   * Applies actions at once on the canvas and stores them. `quiet`: the caller shows what was refused. `workflowId`: for
   * an edit that may arrive after the workflow was closed.
   */
  submit(actions: Action[], options?: { quiet?: boolean; workflowId?: WorkflowId }): Promise<SubmitResult>;
  undo(): Promise<void>;
  redo(): Promise<void>;
  restoreVersion(versionNumber: number): Promise<SubmitResult>;
  /** Takes in a change that was stored by someone else, such as an approved proposal. */
  receive(change: Change): void;
  /** Takes in a new name or description. */
  receiveWorkflow(workflow: Workflow): void;
  /** Resolves when everything is stored. Rejects with why nothing can be stored right now. */
  idle(): Promise<void>;
  /** Tries what is waiting again now. */
  retry(): void;
  setPreview(version: WorkflowVersion | null): void;
}

const CLOSED = {
  workflow: null,
  loading: false,
  loadError: null,
  truth: EMPTY_GRAPH,
  graph: EMPTY_GRAPH,
  canUndo: false,
  canRedo: false,
  waiting: 0,
  blocked: null,
  preview: null,
} as const;

const nodeTypeOf = (connectorId: string, actionId: string) => actionManifest(connectorId, actionId)?.node_type;

/** The open workflow. */
export const useEditor = create<EditorState>()((set, get) => {
  const queue = new EditQueue({ run: store, settled, changed: show });
  /** Newest known version of every workflow that was open, so that steps are stored even after it was closed. */
  const heads = new Map<WorkflowId, number>();

  const isOpen = (id: WorkflowId) => get().workflow?.id === id;
  const know = (id: WorkflowId, version: number) => heads.set(id, version);

  /** Sends one step to the core. */
  function store(step: Step): Promise<Change> {
    const workflow_id = step.workflowId;
    switch (step.type) {
      case "edit": {
        const request = { workflow_id, base_version: heads.get(workflow_id) ?? 0, actions: step.actions };
        return call("edit_workflow", { request });
      }
      case "restore":
        return call("restore_version", { workflow_id, version_number: step.versionNumber });
      default:
        return call(step.type, { workflow_id });
    }
  }

  /** Takes in what the core answered to a step. */
  async function settled(step: Step, outcome: Outcome): Promise<void> {
    if (outcome.ok) {
      take(outcome.change);
    } else if (outcome.error.code === "conflict") {
      await afterConflict(step);
    } else if (!step.quiet || !isOpen(step.workflowId)) {
      toastError(outcome.error, () => void again([step]));
    }
  }

  /** Someone else stored a version: shows it, and keeps what the user did for another try. */
  async function afterConflict(step: Step): Promise<void> {
    const lost = [step, ...queue.drop(step.workflowId)];
    let hint = "You see its newest version now.";
    try {
      const snapshot = await call("open_workflow", { workflow_id: step.workflowId });
      if (isOpen(step.workflowId)) takeSnapshot(snapshot);
      else know(step.workflowId, snapshot.workflow.active_version);
    } catch (cause) {
      hint = asCoreError(cause).message;
    }
    useToasts.getState().show({
      kind: "error",
      message: "The workflow was changed elsewhere, so your last change was not saved.",
      hint,
      action: { label: "Apply again", run: () => void again(lost) },
      duration: 20_000,
    });
  }

  async function again(steps: Step[]): Promise<void> {
    await Promise.all(steps.map((step) => queue.add({ ...step })));
  }

  function take(change: Change): void {
    const { id, active_version } = change.workflow;
    know(id, active_version);
    const open = get().workflow;
    if (open?.id !== id || open.active_version >= active_version) return;
    if (open.active_version !== change.from_version) {
      void get().refresh();
      return;
    }
    set(({ truth }) => ({
      workflow: change.workflow,
      truth: applyChange(truth, change),
      canUndo: change.can_undo,
      canRedo: change.can_redo,
    }));
  }

  /** Recomputes what the canvas shows. */
  function show(): void {
    const { truth, workflow } = get();
    const steps = queue.steps().filter((step) => step.workflowId === workflow?.id);
    const actions = steps.flatMap((step) => (step.type === "edit" ? step.actions : []));
    const graph = actions.length > 0 ? applyActions(truth, actions, nodeTypeOf) : truth;
    set({ graph, waiting: steps.length, blocked: queue.blocked() });
    forgetMissing(graph);
  }

  function takeSnapshot({ workflow, version, can_undo, can_redo }: Snapshot): void {
    know(workflow.id, workflow.active_version);
    set({
      workflow,
      truth: fromDefinition(version.definition),
      canUndo: can_undo,
      canRedo: can_redo,
      loading: false,
      loadError: null,
    });
    show();
  }

  async function enqueue(step: Step): Promise<SubmitResult> {
    const outcome = await queue.add(step);
    return outcome.ok ? { ok: true } : outcome;
  }

  let opening = 0;

  return {
    ...CLOSED,
    async open(id) {
      opening += 1;
      const ticket = opening;
      useSelection.getState().clear();
      set({ ...CLOSED, loading: true });
      try {
        // What is under way is stored first, so that the snapshot is not older than the answer to it.
        if (!queue.blocked()) await queue.idle();
        const snapshot = await call("open_workflow", { workflow_id: id });
        if (ticket === opening) takeSnapshot(snapshot);
      } catch (cause) {
        if (ticket === opening) set({ loading: false, loadError: asCoreError(cause) });
      }
    },
    close() {
      opening += 1;
      useSelection.getState().clear();
      set(CLOSED);
    },
    async refresh() {
      const id = get().workflow?.id;
      if (!id) return;
      await queue.idle();
      try {
        const snapshot = await call("open_workflow", { workflow_id: id });
        if (isOpen(id) && get().waiting === 0) takeSnapshot(snapshot);
      } catch (cause) {
        if (isOpen(id)) toastError(asCoreError(cause), () => void get().refresh());
      }
    },
    async submit(actions, options = {}) {
      const workflowId = options.workflowId ?? get().workflow?.id;
      if (!workflowId || actions.length === 0 || get().preview) return { ok: true };
      return enqueue({ type: "edit", workflowId, actions, quiet: options.quiet ?? false });
    },
    async undo() {
      const { workflow, canUndo, waiting } = get();
      if (workflow && (canUndo || waiting > 0)) await enqueue({ type: "undo", workflowId: workflow.id, quiet: false });
    },
    async redo() {
      const { workflow, canRedo } = get();
      if (workflow && canRedo) await enqueue({ type: "redo", workflowId: workflow.id, quiet: false });
    },
    async restoreVersion(versionNumber) {
      const { workflow } = get();
      if (!workflow) return { ok: true };
      set({ preview: null });
      return enqueue({ type: "restore", workflowId: workflow.id, versionNumber, quiet: false });
    },
    receive(change) {
      take(change);
      show();
    },
    receiveWorkflow(changed) {
      if (get().workflow?.id === changed.id) set({ workflow: changed });
    },
    async idle() {
      const blocked = queue.blocked();
      if (blocked) throw blocked;
      await queue.idle();
    },
    retry: () => queue.retry(),
    setPreview: (preview) => {
      if (preview === get().preview) return;
      useSelection.getState().clear();
      set({ preview });
    },
  };
});

/** Takes what is no longer there out of the selection. */
function forgetMissing(graph: Graph): void {
  const selection = useSelection.getState();
  const nodes = [...selection.nodes].filter((id) => graph.nodes.has(id));
  const edges = [...selection.edges].filter((id) => graph.edges.has(id));
  if (nodes.length !== selection.nodes.size || edges.length !== selection.edges.size) selection.select(nodes, edges);
  if (selection.inspected && !graph.nodes.has(selection.inspected)) selection.inspect(null);
}
