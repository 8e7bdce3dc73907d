/**
 * Makes a batch ready as the core does: fresh identifiers for what is no UUID, labels and defaults that its author left
 * out. Checks nothing, and takes generated definitions as they are.
 */
import type { Action } from "../../bindings/Action";
import type { Graph } from "../../graph/graph";
import type { World } from "./world";

type AddNode = Extract<Action, { type: "add_node" }>;

/** The batch with identifiers, labels and defaults filled in. Doing it again changes nothing. */
export function identify(world: World, graph: Graph, actions: readonly Action[]): Action[] {
  const nodes = new Names(world, graph.nodes);
  const edges = new Names(world, graph.edges);
  const labels = new Set([...graph.nodes.values()].map(({ data }) => data.label));
  for (const action of actions) if (action.type === "add_node") labels.add(action.label);
  return actions.map((action): Action => {
    switch (action.type) {
      case "add_node":
        return {
          ...action,
          id: nodes.fresh(action.id),
          label: action.label.trim() === "" ? uniqueLabel(world, labels, action) : action.label,
          config: completed(world, action),
        };
      case "update_node":
      case "delete_node":
        return { ...action, node_id: nodes.known(action.node_id) };
      case "add_edge":
        return withoutBlanks({
          ...action,
          id: edges.fresh(action.id),
          source: nodes.known(action.source),
          target: nodes.known(action.target),
        });
      case "delete_edge": {
        const { edge_id, source, target } = action;
        return withoutBlanks({
          ...action,
          ...(edge_id === undefined ? {} : { edge_id: edges.known(edge_id) }),
          ...(source === undefined ? {} : { source: nodes.known(source) }),
          ...(target === undefined ? {} : { target: nodes.known(target) }),
        });
      }
      default:
        return action;
    }
  });
}

/** What temporary identifiers stand for. */
class Names {
  private readonly replaced = new Map<string, string>();

  constructor(
    private readonly world: World,
    private readonly taken: { has(id: string): boolean },
  ) {}

  fresh(id: string | undefined): string {
    if (id === undefined || id.trim() === "") return this.world.id();
    if (this.taken.has(id) || UUID.test(id)) return id;
    const fresh = this.replaced.get(id) ?? this.world.id();
    this.replaced.set(id, fresh);
    return fresh;
  }

  known(id: string): string {
    return this.replaced.get(id) ?? id;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An edge without empty handles: they stand for none. */
function withoutBlanks<T extends Action>(action: T): T {
  const entries = Object.entries(action).filter(([name, value]) => !(name.endsWith("_handle") && value === ""));
  return Object.fromEntries(entries) as T;
}

/** The connector's name, or the first of `Slack 2`, `Slack 3` … that is not in use. */
function uniqueLabel(world: World, used: Set<string>, { connector_id }: AddNode): string {
  const name = world.catalog.find(({ id }) => id === connector_id)?.name ?? "Node";
  let label = name;
  for (let number = 2; used.has(label); number += 1) label = `${name} ${number}`;
  used.add(label);
  return label;
}

/** The configuration without nulls, and with the defaults of required parameters. */
function completed(world: World, { connector_id, action_id, config }: AddNode): Record<string, unknown> {
  const filled = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
  const connector = world.catalog.find(({ id }) => id === connector_id);
  const manifest = connector?.actions.find(({ id }) => id === action_id);
  const { properties = {}, required = [] } = (manifest?.parameters ?? {}) as {
    properties?: Record<string, { default?: unknown }>;
    required?: string[];
  };
  for (const name of required) {
    const value = properties[name]?.default;
    if (value !== undefined && !(name in filled)) filled[name] = value;
  }
  return filled;
}
