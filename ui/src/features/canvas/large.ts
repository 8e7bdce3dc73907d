/** What is done differently for graphs too large to hand to the browser whole. Pure. */
import type { Graph } from "../../graph/graph";
import { NODE_WIDTH } from "../../graph/size";
import type { FlowEdge } from "./flow";

/** An area of the canvas, in canvas units. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Above these, the canvas draws only what is near, and from far away a picture instead of elements. */
const LARGE = { nodes: 400, edges: 1200 };
/** Edges drawn as elements at most. */
const EDGE_LIMIT = 1200;
/** Height of a node with room for more outputs. */
const ROOM = 140;

/** Below this zoom a large graph is drawn as a picture. */
export const OVERVIEW_ZOOM = 0.4;

/** Whether a graph is too large to be drawn whole. */
export function isLarge(graph: Graph): boolean {
  return graph.nodes.size > LARGE.nodes || graph.edges.size > LARGE.edges;
}

/** The edges with an end in the box, up to a limit; those with both ends in it first. */
export function nearEdges(edges: FlowEdge[], graph: Graph, box: Box | null): FlowEdge[] {
  if (!box) return [];
  const inside = new Set<string>();
  for (const { id, position } of graph.nodes.values()) {
    const { x, y } = position;
    if (x + NODE_WIDTH >= box.left && x <= box.right && y + ROOM >= box.top && y <= box.bottom) inside.add(id);
  }
  const near: FlowEdge[] = [];
  const half: FlowEdge[] = [];
  for (const edge of edges) {
    const source = inside.has(edge.source);
    const target = inside.has(edge.target);
    if (source && target) near.push(edge);
    else if ((source || target) && half.length < EDGE_LIMIT) half.push(edge);
    if (near.length >= EDGE_LIMIT) return near;
  }
  return near.concat(half.slice(0, EDGE_LIMIT - near.length));
}
