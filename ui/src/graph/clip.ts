/**
 * Nodes as text on the clipboard. What comes from the clipboard may have been written by anyone: it is read by a closed
 * grammar, bounded in size, and given new identifiers.
 */
import type { Action } from "../bindings/Action";
import type { NodeId } from "../bindings/NodeId";
import type { NodeSettings } from "../bindings/NodeSettings";
import type { Position } from "../bindings/Position";
import { type Graph, newId } from "./graph";
import { readSettings } from "./settings";

/** Says that the text is ours. */
const MARKER = "bridge/nodes";
/** Limits of what is pasted: bytes are counted as code units. */
const LIMIT = { length: 8_000_000, nodes: 10_000, edges: 50_000 };

/** Why a text cannot be pasted, in a sentence, or the actions that paste it. */
export type Pasted = { ok: true; actions: Action[]; nodeIds: NodeId[] } | { ok: false; reason: string };

/** The nodes with the edges between them, as text. */
export function copyText(graph: Graph, nodeIds: ReadonlySet<NodeId>): string {
  const nodes = [...graph.nodes.values()].filter((node) => nodeIds.has(node.id));
  const edges = [...graph.edges.values()].filter((edge) => nodeIds.has(edge.source) && nodeIds.has(edge.target));
  return JSON.stringify({ type: MARKER, version: 1, nodes, edges });
}

/** Reads what was copied. `placeFor` says where the top left corner goes, from the places of the originals. */
export function readClip(
  text: string,
  isKnown: (connector: string, action: string) => boolean,
  placeFor: (corner: Position, originals: readonly Position[]) => Position,
): Pasted {
  if (text.length > LIMIT.length) return refused("The clipboard holds more than can be pasted.");
  let clip: unknown;
  try {
    clip = JSON.parse(text);
  } catch {
    return refused("The clipboard holds no nodes.");
  }
  if (!isObject(clip) || clip.type !== MARKER) return refused("The clipboard holds no nodes.");
  if (clip.version !== 1) return refused("The nodes were copied from another version of Bridge.");
  const { nodes, edges } = clip;
  if (!Array.isArray(nodes) || !Array.isArray(edges) || nodes.length === 0)
    return refused("The clipboard holds no nodes.");
  if (nodes.length > LIMIT.nodes || edges.length > LIMIT.edges) {
    return refused("The clipboard holds more nodes than can be pasted.");
  }
  return pasteActions(nodes, edges, isKnown, placeFor);
}

function pasteActions(
  nodes: unknown[],
  edges: unknown[],
  isKnown: (connector: string, action: string) => boolean,
  placeFor: (corner: Position, originals: readonly Position[]) => Position,
): Pasted {
  const read = nodes.map(readNode);
  const ids = new Map<string, NodeId>();
  const originals = read.flatMap((node) => (node ? [node.position] : []));
  const corner = cornerOf(originals);
  const place = placeFor(corner, originals);
  const shift = { x: place.x - corner.x, y: place.y - corner.y };
  const actions: Action[] = [];
  for (const node of read) {
    if (!node) return refused("The nodes on the clipboard are damaged.");
    if (!isKnown(node.connector_id, node.action_id))
      return refused("The clipboard holds a node that Bridge does not know.");
    if (ids.has(node.id)) return refused("The nodes on the clipboard are damaged.");
    const id = newId();
    ids.set(node.id, id);
    const { connector_id, action_id, label, config, position, settings } = node;
    actions.push({
      type: "add_node",
      id,
      connector_id,
      action_id,
      label,
      config,
      ...(settings ? { settings } : {}),
      position: { x: position.x + shift.x, y: position.y + shift.y },
    });
  }
  for (const edge of edges) {
    const action = readEdge(edge, ids);
    if (!action) return refused("The connections on the clipboard are damaged.");
    actions.push(action);
  }
  return { ok: true, actions, nodeIds: [...ids.values()] };
}

interface ClipNode {
  id: string;
  connector_id: string;
  action_id: string;
  label: string;
  config: Record<string, unknown>;
  position: Position;
  settings: NodeSettings | undefined;
}

function readNode(value: unknown): ClipNode | undefined {
  if (!isObject(value) || !isObject(value.data) || !isObject(value.position)) return undefined;
  const { id, data, position } = value;
  const { connector_id, action_id, label, config } = data;
  const { x, y } = position;
  if (typeof id !== "string" || typeof connector_id !== "string" || typeof action_id !== "string") return undefined;
  if (typeof label !== "string" || !isObject(config)) return undefined;
  if (!isCoordinate(x) || !isCoordinate(y)) return undefined;
  const settings = readSettings(data.settings);
  return { id, connector_id, action_id, label, config, position: { x, y }, settings };
}

function readEdge(value: unknown, ids: ReadonlyMap<string, NodeId>): Action | undefined {
  if (!isObject(value) || typeof value.source !== "string" || typeof value.target !== "string") return undefined;
  const source = ids.get(value.source);
  const target = ids.get(value.target);
  if (!source || !target) return undefined;
  const edge: Extract<Action, { type: "add_edge" }> = { type: "add_edge", id: newId(), source, target };
  for (const handle of ["source_handle", "target_handle"] as const) {
    const name = value[handle];
    if (name === undefined) continue;
    if (typeof name !== "string") return undefined;
    edge[handle] = name;
  }
  return edge;
}

function cornerOf(positions: readonly Position[]): Position {
  let x = Number.POSITIVE_INFINITY;
  let y = Number.POSITIVE_INFINITY;
  for (const position of positions) {
    x = Math.min(x, position.x);
    y = Math.min(y, position.y);
  }
  return Number.isFinite(x) ? { x, y } : { x: 0, y: 0 };
}

function isCoordinate(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= 10_000_000;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(reason: string): Pasted {
  return { ok: false, reason };
}
