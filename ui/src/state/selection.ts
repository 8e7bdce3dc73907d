/** What is selected on the canvas, and which node the inspector shows. */
import { create } from "zustand";
import type { EdgeId } from "../bindings/EdgeId";
import type { NodeId } from "../bindings/NodeId";

interface SelectionState {
  nodes: ReadonlySet<NodeId>;
  edges: ReadonlySet<EdgeId>;
  /** The node the inspector is open for. */
  inspected: NodeId | null;
  /** Where the inspector puts the cursor when it opens. */
  inspectorFocus: "none" | "form" | "label";
  /** The parameter the inspector goes to when it opens. */
  inspectedParameter: string | null;
  /** Grows with every request to open the inspector, so that asking twice moves the cursor twice. */
  inspectorRequest: number;
  select(nodes: Iterable<NodeId>, edges?: Iterable<EdgeId>): void;
  inspect(node: NodeId | null, focus?: "none" | "form" | "label", parameter?: string | null): void;
  clear(): void;
}

const NOTHING: ReadonlySet<string> = new Set();

/** The selection. */
export const useSelection = create<SelectionState>()((set) => ({
  nodes: NOTHING,
  edges: NOTHING,
  inspected: null,
  inspectorFocus: "none",
  inspectedParameter: null,
  inspectorRequest: 0,
  select: (nodes, edges = []) => set({ nodes: new Set(nodes), edges: new Set(edges) }),
  inspect: (inspected, inspectorFocus = "none", inspectedParameter = null) =>
    set(({ inspectorRequest }) => ({
      inspected,
      inspectorFocus,
      inspectedParameter,
      inspectorRequest: inspectorRequest + 1,
    })),
  clear: () => set({ nodes: NOTHING, edges: NOTHING, inspected: null }),
}));
