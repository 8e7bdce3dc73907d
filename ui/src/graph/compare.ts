/** What is different between two graphs, for a person: nodes with their parameters and settings, and connections. Pure. */
import type { Node } from "../bindings/Node";
import type { NodeId } from "../bindings/NodeId";
import type { NodeSettings } from "../bindings/NodeSettings";
import type { Graph } from "./graph";
import { settingsOf } from "./settings";
import { SETTING_TITLES } from "./settingTexts";

/** One thing about a node that is different. */
export type Difference =
  | { readonly type: "label" | "action"; readonly before: string; readonly after: string }
  | { readonly type: "parameter"; readonly name: string; readonly before: unknown; readonly after: unknown }
  | {
      readonly type: "setting";
      readonly name: keyof NodeSettings;
      readonly before: NodeSettings;
      readonly after: NodeSettings;
    };

/** A node that is new, gone or different. */
export interface NodeDifference {
  readonly id: NodeId;
  readonly kind: "added" | "removed" | "changed";
  /** Its label afterwards, or before where it is gone. */
  readonly label: string;
  readonly differences: readonly Difference[];
}

/** How one graph differs from another. */
export interface GraphDifference {
  readonly nodes: readonly NodeDifference[];
  readonly moved: number;
  readonly addedEdges: number;
  readonly removedEdges: number;
}

/** What has changed from one graph to the other. */
export function compareGraphs(before: Graph, after: Graph): GraphDifference {
  const nodes: NodeDifference[] = [];
  let moved = 0;
  for (const node of after.nodes.values()) {
    const old = before.nodes.get(node.id);
    if (!old) {
      nodes.push({ id: node.id, kind: "added", label: node.data.label, differences: [] });
      continue;
    }
    if (old === node) continue;
    if (old.position.x !== node.position.x || old.position.y !== node.position.y) moved += 1;
    const differences = differencesOf(old, node);
    if (differences.length > 0) nodes.push({ id: node.id, kind: "changed", label: node.data.label, differences });
  }
  for (const node of before.nodes.values()) {
    if (!after.nodes.has(node.id))
      nodes.push({ id: node.id, kind: "removed", label: node.data.label, differences: [] });
  }
  return { nodes, moved, ...edgesOf(before, after) };
}

function edgesOf(before: Graph, after: Graph) {
  const keys = ({ edges }: Graph) =>
    new Set(
      [...edges.values()].map((edge) =>
        JSON.stringify([edge.source, edge.source_handle, edge.target, edge.target_handle]),
      ),
    );
  const [old, now] = [keys(before), keys(after)];
  const missing = (from: ReadonlySet<string>, others: ReadonlySet<string>) =>
    [...from].filter((key) => !others.has(key)).length;
  return { addedEdges: missing(now, old), removedEdges: missing(old, now) };
}

function differencesOf(before: Node, after: Node): Difference[] {
  const found: Difference[] = [];
  const [old, now] = [before.data, after.data];
  if (old.label !== now.label) found.push({ type: "label", before: old.label, after: now.label });
  const actions = [old, now].map(({ connector_id, action_id }) => `${connector_id}.${action_id}`);
  if (actions[0] !== actions[1]) found.push({ type: "action", before: actions[0] ?? "", after: actions[1] ?? "" });
  for (const name of new Set([...Object.keys(old.config), ...Object.keys(now.config)])) {
    const [one, other] = [old.config[name], now.config[name]];
    if (!isSame(one, other)) found.push({ type: "parameter", name, before: one, after: other });
  }
  const settings = { before: settingsOf(old), after: settingsOf(now) };
  for (const name of Object.keys(SETTING_TITLES) as (keyof NodeSettings)[]) {
    if (!isSame(settings.before[name], settings.after[name])) found.push({ type: "setting", name, ...settings });
  }
  return found;
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** The value as text, the same for the same content whatever the order of its keys. */
function canonical(value: unknown): string {
  const sorted = (_: string, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  return JSON.stringify(value, sorted) ?? "";
}
