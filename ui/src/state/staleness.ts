/** Which results of a run no longer say what the workflow would do now. Pure. */
import type { Edge } from "../bindings/Edge";
import type { Node } from "../bindings/Node";
import type { NodeId } from "../bindings/NodeId";
import type { Graph } from "../graph/graph";

const NOTHING: ReadonlySet<NodeId> = new Set();

/** Nodes that have changed since the graph ran, and everything after them. Names and places do not matter. */
export function staleNodes(ran: Graph, now: Graph): ReadonlySet<NodeId> {
  if (ran === now) return NOTHING;
  const stale = new Set<NodeId>();
  for (const [id, node] of now.nodes) if (differs(ran.nodes.get(id), node)) stale.add(id);
  for (const [id, edge] of now.edges) if (isOther(ran.edges.get(id), edge)) stale.add(edge.target);
  for (const [id, edge] of ran.edges) if (!now.edges.has(id) && now.nodes.has(edge.target)) stale.add(edge.target);
  if (stale.size === 0) return NOTHING;
  const after = new Map<NodeId, NodeId[]>();
  for (const { source, target } of now.edges.values()) {
    const targets = after.get(source);
    if (targets) targets.push(target);
    else after.set(source, [target]);
  }
  // A set is walked in the order of insertion, so what is added is walked too.
  for (const id of stale) for (const target of after.get(id) ?? []) stale.add(target);
  return stale;
}

function differs(before: Node | undefined, now: Node): boolean {
  if (before === undefined) return true;
  if (before.data === now.data) return false;
  return work(before) !== work(now);
}

/** What a node does, as text. */
function work({ data }: Node): string {
  const { connector_id, action_id, config, settings } = data;
  return JSON.stringify([connector_id, action_id, config, settings]);
}

function isOther(before: Edge | undefined, now: Edge): boolean {
  if (before === now) return false;
  return before?.source !== now.source || before.target !== now.target || before.source_handle !== now.source_handle;
}
