/**
 * A definition as the canvas holds it, and what actions and changes do to it. Pure: no store, no commands, no DOM.
 *
 * Nothing here decides whether an action is allowed: the core does. An action that does not fit the graph is skipped,
 * because the core will refuse it and the graph goes back to the truth.
 */
import type { Action } from "../bindings/Action";
import type { Change } from "../bindings/Change";
import type { Definition } from "../bindings/Definition";
import type { Edge } from "../bindings/Edge";
import type { EdgeId } from "../bindings/EdgeId";
import type { Node } from "../bindings/Node";
import type { NodeId } from "../bindings/NodeId";
import type { NodeType } from "../bindings/NodeType";
import { settingsOf, withSettings } from "./settings";

/** Nodes and edges by identifier, in the order they were added. */
export interface Graph {
  readonly nodes: ReadonlyMap<NodeId, Node>;
  readonly edges: ReadonlyMap<EdgeId, Edge>;
}

/** How the canvas draws a connector's action; undefined when there is no such action. */
export type NodeTypeOf = (connectorId: string, actionId: string) => NodeType | undefined;

/** A graph with nothing in it. */
export const EMPTY_GRAPH: Graph = { nodes: new Map(), edges: new Map() };

/** The graph of a stored definition. */
export function fromDefinition(definition: Definition): Graph {
  return {
    nodes: new Map(definition.nodes.map((node) => [node.id, node])),
    edges: new Map(definition.edges.map((edge) => [edge.id, edge])),
  };
}

/** The definition a graph stands for. */
export function toDefinition(graph: Graph): Definition {
  return { nodes: [...graph.nodes.values()], edges: [...graph.edges.values()] };
}

/** The graph after a stored change. Objects the change does not name keep their identity. */
export function applyChange(graph: Graph, change: Change): Graph {
  const nodes = new Map(graph.nodes);
  const edges = new Map(graph.edges);
  for (const id of change.removed_edges) edges.delete(id);
  for (const id of change.removed_nodes) nodes.delete(id);
  for (const node of change.nodes) nodes.set(node.id, node);
  for (const edge of change.edges) edges.set(edge.id, edge);
  return { nodes, edges };
}

/** The graph as it will be once the core has applied these actions, in order. */
export function applyActions(graph: Graph, actions: readonly Action[], nodeTypeOf: NodeTypeOf): Graph {
  const draft = new Draft(graph, nodeTypeOf);
  for (const action of actions) draft.apply(action);
  return draft.finish();
}

/** A graph while a batch of actions is applied. */
class Draft {
  private nodes: Map<NodeId, Node>;
  private edges: Map<EdgeId, Edge>;
  /** Edges of each node; built when the first node of the batch is deleted, so that a batch stays linear. */
  private incident: Map<NodeId, Set<EdgeId>> | undefined;

  constructor(
    graph: Graph,
    private readonly nodeTypeOf: NodeTypeOf,
  ) {
    this.nodes = new Map(graph.nodes);
    this.edges = new Map(graph.edges);
  }

  apply(action: Action): void {
    switch (action.type) {
      case "add_node":
        return this.addNode(action);
      case "update_node":
        return this.updateNode(action);
      case "delete_node":
        return this.deleteNode(action.node_id);
      case "add_edge":
        return this.addEdge(action);
      case "delete_edge":
        return this.deleteEdge(action);
      case "generate_workflow": {
        const graph = fromDefinition(action.definition);
        this.nodes = new Map(graph.nodes);
        this.edges = new Map(graph.edges);
        this.incident = undefined;
      }
    }
  }

  finish(): Graph {
    return { nodes: this.nodes, edges: this.edges };
  }

  private addNode(action: Extract<Action, { type: "add_node" }>): void {
    const type = this.nodeTypeOf(action.connector_id, action.action_id);
    if (!action.id || !type || this.nodes.has(action.id)) return;
    this.nodes.set(action.id, {
      id: action.id,
      type,
      position: action.position ?? { x: 0, y: 0 },
      data: withSettings(
        {
          label: action.label,
          connector_id: action.connector_id,
          action_id: action.action_id,
          config: action.config,
        },
        settingsOf(action),
      ),
    });
  }

  private updateNode(action: Extract<Action, { type: "update_node" }>): void {
    const node = this.nodes.get(action.node_id);
    if (!node) return;
    const data = {
      ...node.data,
      label: action.label ?? node.data.label,
      config: action.config ? mergeConfig(node.data.config, action.config) : node.data.config,
    };
    this.nodes.set(node.id, {
      ...node,
      position: action.position ?? node.position,
      data: action.settings ? withSettings(data, action.settings) : data,
    });
  }

  private deleteNode(id: NodeId): void {
    if (!this.nodes.delete(id)) return;
    this.incident ??= this.indexEdges();
    for (const edgeId of this.incident.get(id) ?? []) this.edges.delete(edgeId);
  }

  private addEdge(action: Extract<Action, { type: "add_edge" }>): void {
    if (!action.id || !this.nodes.has(action.source) || !this.nodes.has(action.target)) return;
    const edge: Edge = { id: action.id, source: action.source, target: action.target };
    if (action.source_handle !== undefined) edge.source_handle = action.source_handle;
    if (action.target_handle !== undefined) edge.target_handle = action.target_handle;
    this.edges.set(edge.id, edge);
    this.incident?.get(edge.source)?.add(edge.id);
    this.incident?.get(edge.target)?.add(edge.id);
  }

  private deleteEdge(action: Extract<Action, { type: "delete_edge" }>): void {
    if (action.edge_id !== undefined) {
      this.edges.delete(action.edge_id);
      return;
    }
    for (const edge of this.edges.values()) {
      const matches =
        edge.source === action.source &&
        edge.target === action.target &&
        (action.source_handle === undefined || edge.source_handle === action.source_handle);
      if (matches) this.edges.delete(edge.id);
    }
  }

  private indexEdges(): Map<NodeId, Set<EdgeId>> {
    const index = new Map<NodeId, Set<EdgeId>>();
    for (const id of this.nodes.keys()) index.set(id, new Set());
    for (const edge of this.edges.values()) {
      for (const end of [edge.source, edge.target]) {
        const edges = index.get(end);
        if (edges) edges.add(edge.id);
        else index.set(end, new Set([edge.id]));
      }
    }
    return index;
  }
}

/** Sets the parameters an action names; null removes one, the others stay. */
function mergeConfig(before: Record<string, unknown>, set: Record<string, unknown>): Record<string, unknown> {
  const config = { ...before };
  for (const [name, value] of Object.entries(set)) {
    if (value === null) delete config[name];
    else config[name] = value;
  }
  return config;
}

/** A new identifier. The core keeps it. */
export function newId(): string {
  return crypto.randomUUID();
}
