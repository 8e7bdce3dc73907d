/** Whether the triggers of the open workflow are switched on, and what they are. */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";
import type { NodeId } from "../bindings/NodeId";
import type { TriggerInfo } from "../bindings/TriggerInfo";
import type { WorkflowId } from "../bindings/WorkflowId";
import { asCoreError, call } from "../ipc";
import { useEditor } from "./editor";
import { toastError } from "./toasts";
import { useWorkflows } from "./workflows";

interface ActivationState {
  workflowId: WorkflowId | null;
  /** Null until they are read. */
  triggers: readonly TriggerInfo[] | null;
  /** A change is on its way. */
  changing: boolean;
  /** Why the last change was refused. */
  refusal: CoreError | null;
  load(workflowId: WorkflowId): Promise<void>;
  setActive(active: boolean): Promise<void>;
  /** Gives a webhook or form a new address. */
  renew(nodeId: NodeId): Promise<void>;
}

/** The triggers. */
export const useActivation = create<ActivationState>()((set, get) => ({
  workflowId: null,
  triggers: null,
  changing: false,
  refusal: null,
  async load(workflowId) {
    if (get().workflowId !== workflowId) set({ workflowId, triggers: null, refusal: null, changing: false });
    try {
      const triggers = await call("list_triggers", { workflow_id: workflowId });
      if (get().workflowId === workflowId) set({ triggers });
    } catch (cause) {
      if (get().workflowId === workflowId) toastError(asCoreError(cause), () => void get().load(workflowId));
    }
  },
  async setActive(active) {
    const { workflowId } = get();
    if (workflowId === null) return;
    set({ changing: true, refusal: null });
    try {
      await useEditor.getState().idle();
      const triggers = await call("set_active", { workflow_id: workflowId, active });
      if (get().workflowId === workflowId) set({ triggers });
      await useWorkflows.getState().load();
    } catch (cause) {
      if (get().workflowId === workflowId) set({ refusal: asCoreError(cause) });
    } finally {
      if (get().workflowId === workflowId) set({ changing: false });
    }
  },
  async renew(nodeId) {
    const { workflowId } = get();
    if (workflowId === null) return;
    try {
      await call("renew_address", { workflow_id: workflowId, node_id: nodeId });
      await get().load(workflowId);
    } catch (cause) {
      toastError(asCoreError(cause));
    }
  },
}));
