/**
 * What the canvas draws over the workflow without it being there: a proposal before it is decided. Nothing in it can be
 * selected or edited.
 */
import { create } from "zustand";
import type { Edge } from "../bindings/Edge";
import type { EdgeId } from "../bindings/EdgeId";
import type { Node } from "../bindings/Node";
import type { NodeId } from "../bindings/NodeId";
import type { Proposal } from "../bindings/Proposal";

/** A difference to draw. */
export interface Overlay {
  /** Whose difference it is: a message's identifier for proposals. */
  readonly source: string;
  readonly addedNodes: ReadonlyMap<NodeId, Node>;
  /** Nodes as they would be. */
  readonly changedNodes: ReadonlyMap<NodeId, Node>;
  readonly removedNodes: ReadonlySet<NodeId>;
  readonly addedEdges: ReadonlyMap<EdgeId, Edge>;
  readonly removedEdges: ReadonlySet<EdgeId>;
}

interface OverlayState {
  overlay: Overlay | null;
  /** Nodes to point at, in the overlay or in the workflow. */
  highlighted: ReadonlySet<NodeId>;
  /** Grows whenever the canvas should bring the overlay into view. */
  fitRequest: number;
  /** Draws a proposal over the canvas and brings it into view, unless `fit` is false. */
  showProposal(proposal: Proposal, options?: { fit?: boolean }): void;
  /** Takes the overlay away; with `source`, only if it is that one's. */
  hide(source?: string): void;
  /** Points at nodes instead of those before. */
  highlight(nodes: readonly NodeId[]): void;
}

const NO_NODES: ReadonlySet<NodeId> = new Set();

/** The overlay of the open workflow. */
export const useOverlay = create<OverlayState>()((set, get) => ({
  overlay: null,
  highlighted: NO_NODES,
  fitRequest: 0,
  showProposal(proposal, options = {}) {
    const fit = options.fit ?? true;
    set(({ fitRequest }) => ({ overlay: overlayOf(proposal), fitRequest: fit ? fitRequest + 1 : fitRequest }));
  },
  hide(source) {
    if (source === undefined || get().overlay?.source === source) set({ overlay: null, highlighted: NO_NODES });
  },
  highlight(nodes) {
    if (nodes.length > 0 || get().highlighted.size > 0)
      set({ highlighted: nodes.length === 0 ? NO_NODES : new Set(nodes) });
  },
}));

/** The difference a proposal makes. */
function overlayOf(proposal: Proposal): Overlay {
  return {
    source: proposal.message_id,
    addedNodes: new Map(proposal.added_nodes.map((node) => [node.id, node])),
    changedNodes: new Map(proposal.changed_nodes.map((node) => [node.id, node])),
    removedNodes: new Set(proposal.removed_nodes.map((node) => node.id)),
    addedEdges: new Map(proposal.added_edges.map((edge) => [edge.id, edge])),
    removedEdges: new Set(proposal.removed_edges.map((edge) => edge.id)),
  };
}
