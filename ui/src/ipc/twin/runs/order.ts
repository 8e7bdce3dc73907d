/** In which order the twin runs nodes, and what belongs to a run at all. Pure. */
import type { Edge } from "../../../bindings/Edge";
import type { Node } from "../../../bindings/Node";
import type { NodeId } from "../../../bindings/NodeId";
import type { Graph } from "../../../graph/graph";

/** The edges of a graph by their ends. */
export interface Ends {
  readonly incoming: ReadonlyMap<NodeId, readonly Edge[]>;
  readonly outgoing: ReadonlyMap<NodeId, readonly Edge[]>;
}

/** Edges by their ends, in the order of the graph. */
export function endsOf(graph: Graph): Ends {
  const incoming = new Map<NodeId, Edge[]>();
  const outgoing = new Map<NodeId, Edge[]>();
  const put = (map: Map<NodeId, Edge[]>, id: NodeId, edge: Edge) => {
    const known = map.get(id);
    if (known) known.push(edge);
    else map.set(id, [edge]);
  };
  for (const edge of graph.edges.values()) {
    put(incoming, edge.target, edge);
    put(outgoing, edge.source, edge);
  }
  return { incoming, outgoing };
}

/** Nodes that can be reached from these, themselves included. */
export function reachable(from: Iterable<NodeId>, edges: ReadonlyMap<NodeId, readonly Edge[]>, forward: boolean) {
  const found = new Set<NodeId>(from);
  for (const id of found) for (const edge of edges.get(id) ?? []) found.add(forward ? edge.target : edge.source);
  return found;
}

/** The nodes in an order in which each comes after what leads to it; edges that close a circle do not count. */
export function inOrder(graph: Graph, { outgoing }: Ends, wanted: ReadonlySet<NodeId>): Node[] {
  const done = new Set<NodeId>();
  const order: Node[] = [];
  for (const start of graph.nodes.keys()) {
    const stack: { id: NodeId; next: number }[] = [{ id: start, next: 0 }];
    if (done.has(start)) continue;
    done.add(start);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (!top) break;
      const edge = outgoing.get(top.id)?.[top.next];
      top.next += 1;
      if (edge && !done.has(edge.target)) {
        done.add(edge.target);
        stack.push({ id: edge.target, next: 0 });
      } else if (!edge) {
        stack.pop();
        const node = graph.nodes.get(top.id);
        if (node && wanted.has(node.id)) order.push(node);
      }
    }
  }
  return order.reverse();
}
