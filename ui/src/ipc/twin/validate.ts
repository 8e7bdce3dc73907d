/**
 * What keeps a batch from being applied, as far as the interface shows it: actions against the graph, and the circles
 * they would close. Sizes and limits are the core's alone, and generated definitions are taken as they are.
 */
import type { Action } from "../../bindings/Action";
import type { ActionManifest } from "../../bindings/ActionManifest";
import type { ConnectorManifest } from "../../bindings/ConnectorManifest";
import type { Edge } from "../../bindings/Edge";
import type { Node } from "../../bindings/Node";
import type { Position } from "../../bindings/Position";
import type { Problem } from "../../bindings/Problem";
import type { ProblemCode } from "../../bindings/ProblemCode";
import type { Graph } from "../../graph/graph";
import { outputsOf } from "../../graph/outputs";
import { withSettings } from "../../graph/settings";
import { checkConfig, type Mode, type Note } from "./config";
import { checkSettings } from "./nodeSettings";

/** How far from the origin a node may stand. */
const MAX_COORDINATE = 10_000_000;

/** The problems of each action of a batch that `identify` has made ready. */
export function problemsOf(
  catalog: ConnectorManifest[],
  graph: Graph,
  actions: readonly Action[],
  mode: Mode,
): Problem[][] {
  const check = new Check(catalog, graph, mode);
  for (const [index, action] of actions.entries()) check.step(index, action);
  check.circles();
  return check.problems;
}

type Of<T extends Action["type"]> = Extract<Action, { type: T }>;

/**
 * A graph while a batch is checked: what is right is applied, so that later actions can build on it. Edges of a deleted
 * node stay, and do not count.
 */
class Check {
  /** By action. */
  readonly problems: Problem[][] = [];
  private readonly nodes: Map<string, Node>;
  private readonly edges: Map<string, Edge>;
  private readonly connections: Set<string>;
  /** What was to be added and cannot be, with the action that fails. */
  private readonly failed = new Map<string, number>();
  /** Edges of the batch, with the action that adds them. */
  private readonly added = new Map<string, number>();

  constructor(
    private readonly catalog: ConnectorManifest[],
    graph: Graph,
    private readonly mode: Mode,
  ) {
    this.nodes = new Map(graph.nodes);
    this.edges = new Map(graph.edges);
    this.connections = new Set([...graph.edges.values()].map((edge) => this.connection(edge)));
  }

  step(index: number, action: Action): void {
    const problems: Problem[] = [];
    const apply = this.check(action, (field, code, message) => {
      problems.push({ path: `actions[${index}]${field}`, code, message });
    });
    this.problems.push(problems);
    if (problems.length === 0) apply?.();
    else if ("id" in action && action.id) this.failed.set(action.id, index);
    if (action.type === "add_edge" && action.id) this.added.set(action.id, index);
  }

  /** Notes what is wrong, and returns how the action is applied when nothing is. */
  private check(action: Action, note: Note): (() => void) | undefined {
    switch (action.type) {
      case "add_node":
        return this.addNode(action, note);
      case "update_node":
        return this.updateNode(action, note);
      case "delete_node":
        this.find(action.node_id, ".node_id", note);
        return () => this.nodes.delete(action.node_id);
      case "add_edge":
        return this.addEdge(action, note);
      case "delete_edge":
        return this.deleteEdge(action, note);
      default:
        return undefined;
    }
  }

  /** Notes every added edge that closes a circle which passes through no node that allows one. */
  circles(): void {
    const ahead = new Map<string, Set<string>>();
    const isOpen = (id: string) => this.actionOf(this.nodes.get(id)?.data)?.allows_cycle === false;
    if (this.added.size === 0) return;
    const counts = [...this.edges.values()].filter(({ source, target }) => isOpen(source) && isOpen(target));
    const lay = ({ source, target }: Edge) => ahead.set(source, (ahead.get(source) ?? new Set()).add(target));
    for (const edge of counts) if (!this.added.has(edge.id)) lay(edge);
    for (const edge of counts) {
      const index = this.added.get(edge.id);
      if (index === undefined) continue;
      if (leads(ahead, edge.target, edge.source)) {
        this.problems[index]?.push({ path: `actions[${index}]`, code: "cycle", message: "It closes a circle." });
      } else lay(edge);
    }
  }

  private addNode({ id = "", position, ...action }: Of<"add_node">, note: Note): () => void {
    checkPosition(position, note);
    if (action.settings) checkSettings(action.settings, note);
    const manifest = this.actionOf(action);
    if (manifest) checkConfig(manifest, action.config, action.config, this.mode, note);
    else if (this.catalog.some((connector) => connector.id === action.connector_id))
      note(".action_id", "unknown_action", `There is no action ${action.action_id}.`);
    else note(".connector_id", "unknown_connector", `There is no connector ${action.connector_id}.`);
    if (this.nodes.has(id) || this.failed.has(id)) note(".id", "duplicate_id", "The identifier is taken.");
    const { type: _, ...data } = action;
    const node = { id, type: manifest?.node_type ?? "action", position: position ?? { x: 0, y: 0 }, data };
    return () => this.nodes.set(id, node);
  }

  private updateNode(action: Of<"update_node">, note: Note): (() => void) | undefined {
    const { node_id, label, config, position, settings } = action;
    const node = this.find(node_id, ".node_id", note);
    if (!node) return undefined;
    checkPosition(position, note);
    if (settings) checkSettings(settings, note);
    const whole = withoutNulls({ ...node.data.config, ...config });
    const manifest = this.actionOf(node.data);
    if (config && manifest) checkConfig(manifest, config, whole, this.mode, note);
    else if (config) note(".config", "unknown_connector", "There is nothing to check this against.");
    const isEmpty = !settings && label === undefined && !position && Object.keys(config ?? {}).length === 0;
    if (isEmpty && this.mode === "complete") note("", "missing", "Nothing to change.");
    const data = { ...node.data, label: label ?? node.data.label, config: whole };
    const run = settings ? withSettings(data, settings) : data;
    return () => this.nodes.set(node_id, { ...node, position: position ?? node.position, data: run });
  }

  private addEdge(action: Of<"add_edge">, note: Note): (() => void) | undefined {
    const { type: _, id = "", ...ends } = action;
    const edge: Edge = { id, ...ends };
    if (this.edges.has(edge.id) || this.failed.has(edge.id)) note(".id", "duplicate_id", "The identifier is taken.");
    const source = this.find(edge.source, ".source", note);
    const target = this.find(edge.target, ".target", note);
    if (!source || !target) return undefined;
    if (source === target) note("", "self_edge", "A node cannot be connected to itself.");
    if (target.type === "trigger") note(".target", "into_trigger", "A trigger has no input.");
    const outputs = outputsOf(source.data, this.actionOf(source.data));
    const isOutput = outputs.some(({ id }) => id === edge.source_handle);
    if (edge.source_handle !== undefined && outputs.length > 0 && !isOutput)
      note(".source_handle", "unknown_handle", "There is no such output.");
    if (edge.target_handle !== undefined && edge.target_handle !== MAIN_INPUT)
      note(".target_handle", "unknown_handle", "There is no such input.");
    const connection = this.connection(edge);
    if (this.connections.has(connection)) note("", "duplicate_edge", "These two nodes are connected already.");
    return () => {
      this.edges.set(edge.id, edge);
      this.connections.add(connection);
    };
  }

  private deleteEdge({ edge_id, source, target, source_handle }: Of<"delete_edge">, note: Note) {
    const isMeant = (edge: Edge) =>
      edge.source === source &&
      edge.target === target &&
      (source_handle === undefined || this.exit(edge) === source_handle);
    const found =
      edge_id === undefined
        ? [...this.edges.values()].filter(isMeant)
        : [this.edges.get(edge_id)].filter((edge) => edge !== undefined);
    const [edge] = found;
    if (edge && this.isThere(edge) && found.length === 1) {
      return () => {
        this.edges.delete(edge.id);
        this.connections.delete(this.connection(edge));
      };
    }
    if (edge_id !== undefined) this.unknown(edge_id, ".edge_id", "unknown_edge", note);
    else if (source === undefined || target === undefined) note("", "missing", "Name the connection.");
    else {
      const ends = [this.find(source, ".source", note), this.find(target, ".target", note)];
      if (ends.every(Boolean)) note("", "unknown_edge", "There is no such connection, or more than one.");
    }
    return undefined;
  }

  private find(id: string, field: string, note: Note): Node | undefined {
    const node = this.nodes.get(id);
    if (!node) this.unknown(id, field, "unknown_node", note);
    return node;
  }

  private unknown(id: string, field: string, code: ProblemCode, note: Note): void {
    const earlier = this.failed.get(id);
    if (earlier === undefined) note(field, code, "It no longer exists.");
    else note(field, "dependency", "It builds on an earlier change that cannot be applied.");
  }

  private actionOf(of: { connector_id: string; action_id: string } | undefined): ActionManifest | undefined {
    const connector = this.catalog.find(({ id }) => id === of?.connector_id);
    return connector?.actions.find(({ id }) => id === of?.action_id);
  }

  private isThere({ source, target }: Edge): boolean {
    return this.nodes.has(source) && this.nodes.has(target);
  }

  /** The output an edge leaves by: the first one when it does not say. */
  private exit({ source, source_handle }: Edge): string {
    return source_handle ?? this.actionOf(this.nodes.get(source)?.data)?.outputs[0]?.id ?? "";
  }

  private connection(edge: Edge): string {
    return [edge.source, this.exit(edge), edge.target].join("\n");
  }
}

/** Name of a node's only input. */
const MAIN_INPUT = "main";

/** Whether links lead from one node to another. */
function leads(ahead: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) for (const next of ahead.get(id) ?? []) seen.add(next);
  return seen.has(to);
}

function withoutNulls(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}

function checkPosition(position: Position | undefined, note: Note): void {
  const isFar = position && Math.max(Math.abs(position.x), Math.abs(position.y)) > MAX_COORDINATE;
  if (isFar) note(".position", "invalid_value", "A node must stand nearer to the origin.");
}
