/**
 * What the canvas draws over the workflow without it being there: a proposal before it is decided. Nothing in it can be
 * selected or edited.
 */
import { create } from "zustand";
import type { Edge } from "../bindings/Edge";
import type { EdgeId } from "../bindings/EdgeId";
import type { Node } from "../bindings/Node";
import type { NodeId } from "../bindings/NodeId";
import type { Position } from "../bindings/Position";
import type { Proposal } from "../bindings/Proposal";
import type { Graph } from "../graph/graph";

/** A way a node would go. */
interface Move {
  readonly from: Position;
  readonly to: Position;
}

/** A difference to draw. */
export interface Overlay {
  /** Whose difference it is: a message's identifier for proposals. */
  readonly source: string;
  readonly addedNodes: ReadonlyMap<NodeId, Node>;
  /** Nodes as they would be, but for those that only move. */
  readonly changedNodes: ReadonlyMap<NodeId, Node>;
  /** Nodes that would move, and how: where they come to is where they are drawn. */
  readonly moves: ReadonlyMap<NodeId, Move>;
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
  /** Draws a proposal over the graph it was held against and brings it into view, unless `fit` is false. */
  showProposal(proposal: Proposal, graph: Graph, options?: { fit?: boolean }): void;
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
  showProposal(proposal, graph, options = {}) {
    const fit = options.fit ?? true;
    set(({ fitRequest }) => ({ overlay: overlayOf(proposal, graph), fitRequest: fit ? fitRequest + 1 : fitRequest }));
  },
  hide(source) {
    if (source === undefined || get().overlay?.source === source) set({ overlay: null, highlighted: NO_NODES });
  },
  highlight(nodes) {
    if (nodes.length > 0 || get().highlighted.size > 0)
      set({ highlighted: nodes.length === 0 ? NO_NODES : new Set(nodes) });
  },
}));

/** Nodes that a proposal changes, but for those that only make room for others. */
export function nodesToChange({ actions, applicable, changed_nodes }: Proposal): Node[] {
  const chosen = new Set(applicable);
  const named = new Set<NodeId>();
  for (const { index, action } of actions) {
    if (!chosen.has(index)) continue;
    if (action.type === "generate_workflow") return changed_nodes;
    if (action.type === "update_node") named.add(action.node_id);
  }
  return changed_nodes.filter(({ id }) => named.has(id));
}

/** The graph with nodes where an overlay would have them. Nodes that do not move keep their identity. */
export function withMoves(graph: Graph, overlay: Overlay | null): Graph {
  if (overlay === null || overlay.moves.size === 0) return graph;
  const nodes = new Map(graph.nodes);
  for (const id of overlay.moves.keys()) {
    const node = nodes.get(id);
    if (!node) continue;
    const { x, y } = moveOf(overlay, node);
    nodes.set(id, { ...node, position: { x: node.position.x + x, y: node.position.y + y } });
  }
  return { nodes, edges: graph.edges };
}

/** How far from its own place an overlay has a node drawn: not at all once it has arrived. */
export function moveOf(overlay: Overlay | null, { id, position }: Node): Position {
  const move = overlay?.moves.get(id);
  if (!move || (move.to.x === position.x && move.to.y === position.y)) return { x: 0, y: 0 };
  return { x: move.to.x - move.from.x, y: move.to.y - move.from.y };
}

/** The difference a proposal makes. */
function overlayOf(proposal: Proposal, graph: Graph): Overlay {
  const moves = new Map<NodeId, Move>();
  for (const { id, position: to } of proposal.changed_nodes) {
    const from = graph.nodes.get(id)?.position;
    if (from && (from.x !== to.x || from.y !== to.y)) moves.set(id, { from, to });
  }
  return {
    source: proposal.message_id,
    addedNodes: new Map(proposal.added_nodes.map((node) => [node.id, node])),
    changedNodes: new Map(nodesToChange(proposal).map((node) => [node.id, node])),
    moves,
    removedNodes: new Set(proposal.removed_nodes.map((node) => node.id)),
    addedEdges: new Map(proposal.added_edges.map((edge) => [edge.id, edge])),
    removedEdges: new Set(proposal.removed_edges.map((edge) => edge.id)),
  };
}
