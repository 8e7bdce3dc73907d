/** A tidy arrangement of a graph, from left to right. */
import dagre from "@dagrejs/dagre";
import type { NodeId } from "../bindings/NodeId";
import type { Position } from "../bindings/Position";
import type { Graph } from "./graph";
import { GAP, NODE_WIDTH, nodeHeight } from "./size";

/** Above this, dagre takes too long to wait for; layers by distance from the start are enough then. */
const DAGRE_LIMIT = { nodes: 800, edges: 2000 };

/** How many outputs a node has. */
export type OutputsOf = (id: NodeId) => number;

/** A place for every node. The top left corner of the whole stays where it was. */
export function tidyLayout(graph: Graph, outputsOf: OutputsOf): Map<NodeId, Position> {
  const small = graph.nodes.size <= DAGRE_LIMIT.nodes && graph.edges.size <= DAGRE_LIMIT.edges;
  const places = small ? byDagre(graph, outputsOf) : byLayers(graph, outputsOf);
  const before = corner([...graph.nodes.values()].map((node) => node.position));
  const after = corner([...places.values()]);
  for (const [id, place] of places) {
    places.set(id, { x: Math.round(place.x - after.x + before.x), y: Math.round(place.y - after.y + before.y) });
  }
  return places;
}

function byDagre(graph: Graph, outputsOf: OutputsOf): Map<NodeId, Position> {
  const layout = new dagre.graphlib.Graph({ multigraph: true });
  layout.setGraph({ rankdir: "LR", ranksep: GAP.x, nodesep: GAP.y, edgesep: 16 });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const id of graph.nodes.keys()) layout.setNode(id, { width: NODE_WIDTH, height: nodeHeight(outputsOf(id)) });
  for (const edge of graph.edges.values()) layout.setEdge(edge.source, edge.target, {}, edge.id);
  dagre.layout(layout);
  const places = new Map<NodeId, Position>();
  for (const id of graph.nodes.keys()) {
    const node = layout.node(id);
    places.set(id, { x: (node.x ?? 0) - NODE_WIDTH / 2, y: (node.y ?? 0) - nodeHeight(outputsOf(id)) / 2 });
  }
  return places;
}

/** Columns by the longest way from a node without inputs; nodes of a circle follow what leads into it. */
function byLayers(graph: Graph, outputsOf: OutputsOf): Map<NodeId, Position> {
  const inputs = new Map<NodeId, number>();
  const targets = new Map<NodeId, NodeId[]>();
  for (const id of graph.nodes.keys()) {
    inputs.set(id, 0);
    targets.set(id, []);
  }
  for (const { source, target } of graph.edges.values()) {
    targets.get(source)?.push(target);
    inputs.set(target, (inputs.get(target) ?? 0) + 1);
  }
  const layer = new Map<NodeId, number>();
  const ready = [...graph.nodes.keys()].filter((id) => inputs.get(id) === 0);
  const rest = new Set(graph.nodes.keys());
  for (;;) {
    for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
      if (!rest.delete(id)) continue;
      const next = (layer.get(id) ?? 0) + 1;
      for (const target of targets.get(id) ?? []) {
        if (!rest.has(target)) continue;
        layer.set(target, Math.max(next, layer.get(target) ?? 0));
        const left = (inputs.get(target) ?? 1) - 1;
        inputs.set(target, left);
        if (left === 0) ready.push(target);
      }
    }
    const [inCircle] = rest;
    if (inCircle === undefined) break;
    ready.push(inCircle);
  }
  const bottoms: number[] = [];
  const places = new Map<NodeId, Position>();
  for (const id of graph.nodes.keys()) {
    const column = layer.get(id) ?? 0;
    const y = bottoms[column] ?? 0;
    places.set(id, { x: column * (NODE_WIDTH + GAP.x), y });
    bottoms[column] = y + nodeHeight(outputsOf(id)) + GAP.y;
  }
  return places;
}

function corner(places: Position[]): Position {
  if (places.length === 0) return { x: 0, y: 0 };
  return places.reduce((least, { x, y }) => ({ x: Math.min(least.x, x), y: Math.min(least.y, y) }));
}
