/** Pinned outputs of the open workflow: what test runs use instead of executing a node. */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";
import type { Item } from "../bindings/Item";
import type { NodeId } from "../bindings/NodeId";
import type { Pin } from "../bindings/Pin";
import type { WorkflowId } from "../bindings/WorkflowId";
import { asCoreError, call } from "../ipc";
import { toastError } from "./toasts";

interface PinsState {
  workflowId: WorkflowId | null;
  pins: ReadonlyMap<NodeId, Pin>;
  load(workflowId: WorkflowId): Promise<void>;
  /** Pins these items, or with null takes the pin away. Returns what was wrong, or null. */
  set(nodeId: NodeId, items: Item[] | null): Promise<CoreError | null>;
}

/** The pins. */
export const usePins = create<PinsState>()((set, get) => ({
  workflowId: null,
  pins: new Map(),
  async load(workflowId) {
    set({ workflowId, pins: new Map() });
    try {
      const pins = await call("list_pins", { workflow_id: workflowId });
      if (get().workflowId === workflowId) set({ pins: new Map(pins.map((pin) => [pin.node_id, pin])) });
    } catch (cause) {
      if (get().workflowId === workflowId) toastError(asCoreError(cause), () => void get().load(workflowId));
    }
  },
  async set(nodeId, items) {
    const { workflowId } = get();
    if (workflowId === null) return null;
    try {
      const pin = await call("pin_output", { workflow_id: workflowId, node_id: nodeId, items });
      if (get().workflowId !== workflowId) return null;
      const pins = new Map(get().pins);
      if (pin) pins.set(nodeId, pin);
      else pins.delete(nodeId);
      set({ pins });
      return null;
    } catch (cause) {
      return asCoreError(cause);
    }
  },
}));
