/** The list of workflows and what can be done with a whole workflow. */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";
import type { Workflow } from "../bindings/Workflow";
import type { WorkflowId } from "../bindings/WorkflowId";
import type { WorkflowSummary } from "../bindings/WorkflowSummary";
import { asCoreError, call } from "../ipc";
import { toastError, useToasts } from "./toasts";

/** How long a deleted workflow can be brought back from its toast, in milliseconds. */
const UNDO_DELETE_MS = 10_000;

interface WorkflowsState {
  workflows: readonly WorkflowSummary[];
  loaded: boolean;
  error: CoreError | null;
  load(): Promise<void>;
  /** Creates an empty workflow with a name that is not taken. Null when it failed; a toast says why. */
  create(): Promise<Workflow | null>;
  /** Returns what was wrong, or null. */
  rename(id: WorkflowId, name: string, description: string): Promise<CoreError | null>;
  duplicate(id: WorkflowId): Promise<Workflow | null>;
  /** Deletes and offers to undo. */
  remove(id: WorkflowId): Promise<void>;
}

/** All workflows, the one changed last first. */
export const useWorkflows = create<WorkflowsState>()((set, get) => ({
  workflows: [],
  loaded: false,
  error: null,
  async load() {
    try {
      set({ workflows: await call("list_workflows", {}), loaded: true, error: null });
    } catch (cause) {
      set({ error: asCoreError(cause) });
    }
  },
  async create() {
    const name = freeName(get().workflows.map((workflow) => workflow.name));
    return attempt(() => call("create_workflow", { name, description: "" }), get().create);
  },
  async rename(id, name, description) {
    try {
      await call("rename_workflow", { workflow_id: id, name, description });
      await get().load();
      return null;
    } catch (cause) {
      return asCoreError(cause);
    }
  },
  async duplicate(id) {
    const copy = await attempt(
      () => call("duplicate_workflow", { workflow_id: id }),
      () => get().duplicate(id),
    );
    await get().load();
    return copy;
  },
  async remove(id) {
    const name = get().workflows.find((workflow) => workflow.id === id)?.name ?? "Workflow";
    const before = get().workflows;
    set({ workflows: before.filter((workflow) => workflow.id !== id) });
    try {
      await call("delete_workflow", { workflow_id: id });
    } catch (cause) {
      set({ workflows: before });
      toastError(asCoreError(cause), () => void get().remove(id));
      return;
    }
    const restore = async () => {
      await attempt(() => call("restore_workflow", { workflow_id: id }), restore);
      await get().load();
    };
    useToasts.getState().show({
      message: `“${name}” was deleted.`,
      duration: UNDO_DELETE_MS,
      action: { label: "Undo", run: () => void restore() },
    });
  },
}));

/** Runs a command; on failure says what happened and offers to try again. */
async function attempt<T>(run: () => Promise<T>, retry: () => Promise<unknown>): Promise<T | null> {
  try {
    return await run();
  } catch (cause) {
    toastError(asCoreError(cause), () => void retry());
    return null;
  }
}

/** `Untitled workflow`, or the first numbered one that is free. */
function freeName(taken: readonly string[]): string {
  const names = new Set(taken);
  const base = "Untitled workflow";
  if (!names.has(base)) return base;
  let number = 2;
  while (names.has(`${base} ${number}`)) number += 1;
  return `${base} ${number}`;
}
