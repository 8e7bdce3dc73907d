/** What nodes do in the twin's runs: enough of routing, setting and merging to look at. Pure. */
import type { Item } from "../../../bindings/Item";
import type { Node } from "../../../bindings/Node";
import type { Outputs } from "./recorded";
import { evaluate } from "./values";

type Condition = { left?: unknown; operator?: string; right?: unknown };

/** The items a node puts out, by output. */
export function work(node: Node, inputs: readonly (readonly Item[])[]): Outputs {
  const items = inputs.flat();
  const { config, connector_id, action_id } = node.data;
  switch (connector_id) {
    case "if":
      return split(items, (item) => (allHold(config, item) ? "true" : "false"));
    case "filter":
      return { main: items.filter((item) => allHold(config, item)) };
    case "switch":
      return split(items, (item) => route(config.rules, item));
    case "set":
      return { main: items.map((item) => set(config, item)) };
    case "aggregate":
      return { main: [{ json: { items: items.map(({ json }) => json) } }] };
    case "http":
      return { main: items.map((_, index) => answer(config.url, index)) };
    case "merge":
    case "wait":
    case "loop":
      return { main: items };
    default:
      return { main: items.map(({ json }) => ({ json: { ...json, [`${connector_id}_${action_id}`]: "done" } })) };
  }
}

function split(items: readonly Item[], to: (item: Item) => string): Outputs {
  const outputs: Record<string, Item[]> = {};
  for (const item of items) {
    const port = to(item);
    const known = outputs[port];
    if (known) known.push(item);
    else outputs[port] = [item];
  }
  return outputs;
}

function route(rules: unknown, item: Item): string {
  const at = Array.isArray(rules) ? rules.findIndex((rule) => holds(rule, item)) : -1;
  return at < 0 ? "fallback" : String(at);
}

function allHold(config: Record<string, unknown>, item: Item): boolean {
  const conditions = Array.isArray(config.conditions) ? config.conditions : [];
  return config.combine === "any"
    ? conditions.some((condition) => holds(condition, item))
    : conditions.every((condition) => holds(condition, item));
}

function holds({ left, operator = "equals", right }: Condition, item: Item): boolean {
  const a = evaluate(left, item);
  const b = evaluate(right, item);
  switch (operator) {
    case "equals":
      return a === b;
    case "not_equals":
      return a !== b;
    case "greater_than":
      return Number(a) > Number(b);
    case "greater_or_equal":
      return Number(a) >= Number(b);
    case "less_than":
      return Number(a) < Number(b);
    case "less_or_equal":
      return Number(a) <= Number(b);
    case "contains":
      return String(a).includes(String(b));
    case "exists":
      return a !== undefined;
    case "not_exists":
      return a === undefined;
    default:
      return false;
  }
}

function set(config: Record<string, unknown>, item: Item): Item {
  const fields = Object.entries((config.fields ?? {}) as Record<string, unknown>);
  const kept = config.keep_other_fields === false ? {} : item.json;
  return {
    ...item,
    json: { ...kept, ...Object.fromEntries(fields.map(([name, value]) => [name, evaluate(value, item)])) },
  };
}

function answer(url: unknown, index: number): Item {
  return { json: { id: index + 1, url: String(url ?? ""), status: 200, body: { ok: true, tags: ["twin", "test"] } } };
}
