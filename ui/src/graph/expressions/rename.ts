/** A new label for a node, together with every expression and code of other nodes that names it. Pure. */
import type { Action } from "../../bindings/Action";
import type { NodeId } from "../../bindings/NodeId";
import type { Graph } from "../graph";
import { type Kind, renamed } from "./names";

/** What giving a node a new label takes. */
export interface Renaming {
  /** One batch, so that it is one step to undo: the new label first, then the nodes that name the old one. */
  readonly actions: Action[];
  /** Nodes whose expressions follow. */
  readonly followers: number;
  /** Whether another node has the old or the new label: what names them cannot be told apart, so nothing follows. */
  readonly ambiguous: boolean;
}

/** Parameters deeper than this hold no expressions: the core refuses them. */
const DEPTH = 128;

/** The actions that give a node this label. */
export function renaming(graph: Graph, nodeId: NodeId, label: string): Renaming {
  const own: Action = { type: "update_node", node_id: nodeId, label };
  const from = graph.nodes.get(nodeId)?.data.label;
  if (from === undefined || from === label || from === "") return { actions: [own], followers: 0, ambiguous: false };
  const others = [...graph.nodes.values()].filter(({ id }) => id !== nodeId);
  const ambiguous = others.some(({ data }) => data.label === label || data.label === from);
  const following = [...graph.nodes.values()].flatMap(({ id, data }): Extract<Action, { type: "update_node" }>[] => {
    const changed = Object.entries(data.config).flatMap(([name, value]): [string, unknown][] => {
      const kind = data.connector_id === "code" && name === "code" ? "code" : "expression";
      const next = followed(value, from, label, kind, 0);
      return next === value ? [] : [[name, next]];
    });
    return changed.length > 0 ? [{ type: "update_node", node_id: id, config: Object.fromEntries(changed) }] : [];
  });
  if (ambiguous) return { actions: [own], followers: 0, ambiguous: following.length > 0 };
  return { actions: [own, ...following], followers: following.length, ambiguous: false };
}

/** The value with the new label; the same object when nothing in it names the node. */
function followed(value: unknown, from: string, to: string, kind: Kind, depth: number): unknown {
  if (typeof value === "string") return renamed(value, from, to, kind);
  if (typeof value !== "object" || value === null || depth > DEPTH) return value;
  if (Array.isArray(value)) {
    const list = value.map((entry) => followed(entry, from, to, "expression", depth + 1));
    return list.some((entry, at) => entry !== value[at]) ? list : value;
  }
  const entries = Object.entries(value);
  const next = entries.map(([key, inner]) => [key, followed(inner, from, to, "expression", depth + 1)] as const);
  return next.some(([, inner], at) => inner !== entries[at]?.[1]) ? Object.fromEntries(next) : value;
}
