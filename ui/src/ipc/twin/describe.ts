/** The twin's proposed actions in words, with what a person needs to decide on them. */
import type { Action } from "../../bindings/Action";
import type { ConnectorManifest } from "../../bindings/ConnectorManifest";
import type { FieldChange } from "../../bindings/FieldChange";
import type { ProposedAction } from "../../bindings/ProposedAction";
import type { Risk } from "../../bindings/Risk";
import type { WorkflowId } from "../../bindings/WorkflowId";
import type { Graph } from "../../graph/graph";
import { hasHidden, revealHidden } from "../../state/hiddenText";
import { identify } from "./identify";
import { settingsChanges } from "./nodeSettings";
import { problemsOf } from "./validate";
import type { World } from "./world";

/** Every action with its title, fields, risks and dependencies. */
export function describeActions(world: World, workflowId: WorkflowId, actions: readonly Action[]): ProposedAction[] {
  const graph = world.graph(world.workflow(workflowId));
  const ready = identify(world, graph, actions);
  const makers = new Map<string, number>();
  ready.forEach((action, index) => {
    if (action.type === "add_node" && action.id) makers.set(action.id, index);
  });
  const problems = problemsOf(world.catalog, graph, ready, "complete");
  const view = new View(world.catalog, graph, ready);
  return ready.map((action, index) => ({
    index,
    action,
    problems: problems[index] ?? [],
    risks: view.risks(action),
    depends_on: [...new Set(namedBy(action).flatMap((id) => makers.get(id) ?? []))]
      .filter((other) => other < index)
      .sort((a, b) => a - b),
    title: view.title(action),
    fields: view.fields(action),
    decision: { type: "pending" },
  }));
}

function namedBy(action: Action): string[] {
  if (action.type === "add_edge") return [action.source, action.target];
  return action.type === "update_node" || action.type === "delete_node" ? [action.node_id] : [];
}

/** In which order risks are told. */
const RISKS: readonly Risk[] = [
  "deletion",
  "code",
  "credential",
  "new_host",
  "sends",
  "webhook",
  "schedule",
  "files",
  "hidden_text",
];

/** What is said about the actions of one answer, against the workflow as it is before them. */
class View {
  private readonly labels: Map<string, string>;
  private readonly hosts: Set<string>;

  constructor(
    private readonly catalog: ConnectorManifest[],
    private readonly graph: Graph,
    actions: readonly Action[],
  ) {
    this.labels = new Map([...graph.nodes.values()].map(({ id, data }) => [id, data.label]));
    for (const action of actions) if (action.type === "add_node" && action.id) this.labels.set(action.id, action.label);
    this.hosts = new Set([...graph.nodes.values()].flatMap(({ data }) => hostOf(data.config.url)));
  }

  risks(action: Action): Risk[] {
    const found = new Set<Risk>();
    if (action.type === "delete_node" || action.type === "delete_edge") found.add("deletion");
    else if (hasHidden(JSON.stringify(action))) found.add("hidden_text");
    if (action.type === "add_node") {
      const { method, url } = action.config;
      for (const risk of this.manifest(action)?.risks ?? []) found.add(risk);
      if (hostOf(url).some((host) => !this.hosts.has(host))) found.add("new_host");
      if (typeof method === "string" && url !== undefined && !/^(GET|HEAD|OPTIONS)$/.test(method)) found.add("sends");
    }
    return RISKS.filter((risk) => found.has(risk));
  }

  title(action: Action): string {
    switch (action.type) {
      case "add_node":
        return `Add “${revealHidden(action.label)}”`;
      case "update_node":
        return `Change ${this.name(action.node_id)}`;
      case "delete_node":
        return `Delete ${this.name(action.node_id)}`;
      case "add_edge":
        return `Connect ${this.name(action.source)} to ${this.name(action.target)}`;
      case "delete_edge":
        return "Remove a connection";
      case "generate_workflow":
        return `Replace the whole workflow with ${action.definition.nodes.length} nodes`;
    }
  }

  fields(action: Action): FieldChange[] {
    switch (action.type) {
      case "add_node":
      case "update_node":
        return this.nodeFields(action);
      case "delete_node": {
        const data = this.graph.nodes.get(action.node_id)?.data;
        if (!data) return [];
        return [field("Label", data.label, null), field("Does", `${data.connector_id}, ${data.action_id}`, null)];
      }
      case "add_edge":
        return [field("From", null, this.name(action.source)), field("To", null, this.name(action.target))];
      default:
        return [];
    }
  }

  private nodeFields(action: Extract<Action, { type: "add_node" | "update_node" }>): FieldChange[] {
    const node = action.type === "update_node" ? this.graph.nodes.get(action.node_id) : undefined;
    const { data, position } = node ?? {};
    const fields: FieldChange[] = [];
    const changed = (name: string, before: unknown, after: unknown) => {
      if (JSON.stringify(before ?? null) !== JSON.stringify(after ?? null)) fields.push(field(name, before, after));
    };
    if (action.label !== undefined) changed("Label", data?.label, action.label);
    if (action.type === "update_node" && action.position) changed("Position", position, action.position);
    const manifest = this.manifest(action.type === "add_node" ? action : data);
    const properties = (manifest?.parameters.properties ?? {}) as Record<string, { title?: string }>;
    for (const [name, value] of Object.entries(action.config ?? {})) {
      changed(properties[name]?.title ?? name, data?.config[name], value);
    }
    if (action.settings) fields.push(...settingsChanges(data?.settings, action.settings));
    return fields;
  }

  private name(id: string): string {
    return `“${revealHidden(this.labels.get(id) ?? id)}”`;
  }

  private manifest(of: { connector_id: string; action_id: string } | undefined) {
    const connector = this.catalog.find(({ id }) => id === of?.connector_id);
    return connector?.actions.find(({ id }) => id === of?.action_id);
  }
}

function field(name: string, before: unknown, after: unknown): FieldChange {
  return { name, before: readable(before), after: readable(after) };
}

function readable(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return revealHidden(typeof value === "string" ? value : JSON.stringify(value));
}

function hostOf(url: unknown): string[] {
  return typeof url === "string" && URL.canParse(url) ? [new URL(url).host] : [];
}
