/**
 * The part of the core's validation that the interface shows: what keeps a user's edit from being applied. The core's
 * own is complete; this one is enough to see every kind of answer.
 */
import type { Action } from "../../bindings/Action";
import type { ConnectorManifest } from "../../bindings/ConnectorManifest";
import type { NodeType } from "../../bindings/NodeType";
import type { Problem } from "../../bindings/Problem";
import type { ProblemCode } from "../../bindings/ProblemCode";
import type { Graph } from "../../graph/graph";

/** Notes a problem at a field of the action being checked. */
type Note = (field: string, code: ProblemCode, message: string) => void;

/** Every problem of the batch, with its path. */
export function problemsOf(catalog: ConnectorManifest[], graph: Graph, actions: readonly Action[]): Problem[] {
  const problems: Problem[] = [];
  const check = new Check(catalog, graph);
  for (const [index, action] of actions.entries()) {
    check.action(action, (field, code, message) => {
      problems.push({ path: `actions[${index}]${field}`, code, message });
    });
  }
  return problems;
}

/** What is known of the graph while a batch is checked. */
class Check {
  private readonly nodes: Map<string, Kind>;
  private readonly edges: Set<string>;

  constructor(
    private readonly catalog: ConnectorManifest[],
    graph: Graph,
  ) {
    this.nodes = new Map([...graph.nodes.values()].map(({ id, type, data }) => [id, { ...data, type }]));
    this.edges = new Set(
      [...graph.edges.values()].map((edge) => edgeKey(edge.source, edge.source_handle, edge.target)),
    );
  }

  action(action: Action, note: Note): void {
    if (action.type === "add_node") this.addNode(action, note);
    else if (action.type === "update_node") this.updateNode(action, note);
    else if (action.type === "add_edge") this.addEdge(action, note);
    else if (action.type === "delete_node" && !this.nodes.delete(action.node_id)) {
      note(".node_id", "unknown_node", "The node no longer exists.");
    }
  }

  private addNode(action: Extract<Action, { type: "add_node" }>, note: Note): void {
    const manifest = actionOf(this.catalog, action.connector_id, action.action_id);
    if (!manifest) return note(".action_id", "unknown_action", `There is no action ${action.action_id}.`);
    if (action.id) this.nodes.set(action.id, { ...action, type: manifest.node_type });
    checkConfig(manifest.parameters, action.config, note);
  }

  private updateNode(action: Extract<Action, { type: "update_node" }>, note: Note): void {
    const node = this.nodes.get(action.node_id);
    if (!node) return note(".node_id", "unknown_node", "The node no longer exists.");
    const manifest = actionOf(this.catalog, node.connector_id, node.action_id);
    if (manifest && action.config) checkConfig(manifest.parameters, action.config, note);
  }

  private addEdge(action: Extract<Action, { type: "add_edge" }>, note: Note): void {
    const target = this.nodes.get(action.target);
    if (!this.nodes.has(action.source)) return note(".source", "unknown_node", "The source node does not exist.");
    if (!target) return note(".target", "unknown_node", "The target node does not exist.");
    if (action.source === action.target) return note("", "self_edge", "A node cannot be connected to itself.");
    if (target.type === "trigger") return note(".target", "into_trigger", "A trigger has no input.");
    const key = edgeKey(action.source, action.source_handle, action.target);
    if (this.edges.has(key)) return note("", "duplicate_edge", "These two nodes are connected already.");
    this.edges.add(key);
  }
}

/** What the check knows of a node. */
interface Kind {
  type: NodeType;
  connector_id: string;
  action_id: string;
}

function edgeKey(source: string, handle: string | undefined, target: string): string {
  return `${source}\n${handle ?? ""}\n${target}`;
}

function actionOf(catalog: ConnectorManifest[], connectorId: string, actionId: string) {
  return catalog.find(({ id }) => id === connectorId)?.actions.find(({ id }) => id === actionId);
}

/** Checks values against the manifest's JSON Schema, one level deep. Expressions (`=…`) fit every type. */
function checkConfig(parameters: Record<string, unknown>, config: Record<string, unknown>, add: Note): void {
  const properties = (parameters.properties ?? {}) as Record<string, Record<string, unknown>>;
  for (const [name, value] of Object.entries(config)) {
    const schema = properties[name];
    if (!schema) {
      add(`.config.${name}`, "unknown_parameter", `There is no parameter ${name}.`);
      continue;
    }
    if (value === null || (typeof value === "string" && value.startsWith("="))) continue;
    const title = String(schema.title ?? name);
    if (schema.type === "number" || schema.type === "integer") {
      if (typeof value !== "number") add(`.config.${name}`, "wrong_type", `${title} must be a number.`);
      else if (typeof schema.minimum === "number" && value < schema.minimum)
        add(`.config.${name}`, "invalid_value", `${title} must be at least ${schema.minimum}.`);
      else if (typeof schema.maximum === "number" && value > schema.maximum)
        add(`.config.${name}`, "invalid_value", `${title} must be at most ${schema.maximum}.`);
    }
    if (schema.format === "uri" && typeof value === "string" && !/^https?:\/\/[^\s/]+/.test(value)) {
      add(`.config.${name}`, "invalid_value", `${title} must be a web address that begins with http:// or https://.`);
    }
  }
}
