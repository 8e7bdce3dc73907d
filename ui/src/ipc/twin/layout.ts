/** Places for what a batch has added, chosen as the core chooses them: when it is applied, of what is applied. */
import type { Action } from "../../bindings/Action";
import type { ConnectorManifest } from "../../bindings/ConnectorManifest";
import type { Node } from "../../bindings/Node";
import type { NodeId } from "../../bindings/NodeId";
import type { Position } from "../../bindings/Position";
import type { Graph } from "../../graph/graph";
import { outputsOf } from "../../graph/outputs";
import { placesFor } from "../../graph/room";
import { NODE_WIDTH, nodeHeight } from "../../graph/size";

interface Batch {
  before: Graph;
  after: Graph;
  actions: readonly Action[];
  /** What these are a part of; undefined for the user's own. */
  rest: Rest | undefined;
}

/** What a part of a proposal is a part of. */
export interface Rest {
  /** Everything that is proposed and not decided. */
  proposed: readonly Action[];
  /** Nodes that an earlier part has added and nobody has moved: they are placed anew with their connections. */
  unmoved: ReadonlySet<NodeId>;
}

/** The graph with places for new nodes, and with room made for them. */
export function settled(catalog: readonly ConnectorManifest[], { before, after, actions, rest }: Batch): Graph {
  const outputs = ({ data }: Node) => {
    const connector = catalog.find(({ id }) => id === data.connector_id);
    return outputsOf(
      data,
      connector?.actions.find(({ id }) => id === data.action_id),
    ).length;
  };
  const given = new Map<NodeId, Position | undefined>();
  const fixed = new Set<NodeId>();
  for (const action of actions) {
    if (action.type === "add_node" && action.id !== undefined) given.set(action.id, action.position);
    if (action.type !== "update_node" || action.position === undefined) continue;
    fixed.add(action.node_id);
    if (given.has(action.node_id)) given.set(action.node_id, action.position);
  }
  const there = [...given].filter(([id]) => after.nodes.has(id));
  const placed = new Set(there.flatMap(([id, place]) => (place ? id : [])));
  const ignoresGiven = rest !== undefined && covers(after, placed, given, outputs);
  const added = new Set(there.flatMap(([id, place]) => (place && !ignoresGiven ? [] : id)));
  for (const id of joined({ before, after, actions })) if (rest?.unmoved.has(id)) added.add(id);
  if (added.size === 0) return after;
  if (!ignoresGiven) for (const id of placed) fixed.add(id);
  const places = placesFor({
    after,
    before: before.edges.values(),
    added,
    fixed,
    planned: (rest?.proposed ?? []).flatMap((action) =>
      action.type === "add_edge" ? [[action.source, action.target] as const] : [],
    ),
    outputsOf: outputs,
  });
  const nodes = new Map(after.nodes);
  for (const [id, position] of places) {
    const node = nodes.get(id);
    if (node) nodes.set(id, { ...node, position });
  }
  return { nodes, edges: after.edges };
}

/** Nodes that are connected now, and those that a connection went past which is removed now. */
function joined({ before, after, actions }: Pick<Batch, "before" | "after" | "actions">): Set<NodeId> {
  const found = new Set<NodeId>();
  const cut = new Set<NodeId>();
  for (const action of actions) {
    if (action.type === "add_edge") found.add(action.source).add(action.target);
    if (action.type !== "delete_edge") continue;
    const source = action.source ?? before.edges.get(action.edge_id ?? "")?.source;
    if (source !== undefined) cut.add(source);
  }
  for (const { source, target } of after.edges.values()) if (cut.has(source)) found.add(target);
  return found;
}

/** Whether one of these nodes lies on another one that has a place. */
function covers(
  { nodes }: Graph,
  these: ReadonlySet<NodeId>,
  given: ReadonlyMap<NodeId, Position | undefined>,
  outputs: (node: Node) => number,
): boolean {
  const isPlaced = (node: Node) => !given.has(node.id) || these.has(node.id);
  const placed = [...nodes.values()].filter(isPlaced);
  const overlap = (a: Node, b: Node) =>
    Math.abs(a.position.x - b.position.x) < NODE_WIDTH + 8 &&
    a.position.y < b.position.y + nodeHeight(outputs(b)) &&
    b.position.y < a.position.y + nodeHeight(outputs(a));
  return placed.some((one) => these.has(one.id) && placed.some((other) => other !== one && overlap(one, other)));
}
