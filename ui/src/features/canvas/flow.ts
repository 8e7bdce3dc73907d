/**
 * The graph as xyflow draws it. Pure. Whatever does not change keeps its identity, so that xyflow and React leave it
 * alone: with 10,000 nodes that is what keeps an edit cheap.
 */
import { Position, type Edge as XyEdge, type Node as XyNode } from "@xyflow/react";
import type { ActionManifest } from "../../bindings/ActionManifest";
import type { Edge } from "../../bindings/Edge";
import type { Node } from "../../bindings/Node";
import type { Graph } from "../../graph/graph";
import { outputsOf } from "../../graph/outputs";
import { missingParameters } from "../../graph/parameters";
import { NODE_WIDTH, nodeHeight, outputOffset } from "../../graph/size";
import type { Overlay } from "../../state/overlay";

/** How an overlay marks something. */
export type Mark = "added" | "changed" | "removed";

/** What a node is drawn from. */
interface CardData extends Record<string, unknown> {
  node: Node;
  manifest: ActionManifest | undefined;
  /** Titles of required parameters without a value. */
  missing: readonly string[];
  mark: Mark | undefined;
  /** The label before the proposed change, when it changes. */
  labelBefore: string | undefined;
  readOnly: boolean;
}

/** A node for xyflow. */
export type FlowNode = XyNode<CardData, "card">;
/** An edge for xyflow. */
export type FlowEdge = XyEdge<{ mark: Mark | undefined; readOnly: boolean }, "wire">;

/** Finds the manifest of a node's action. */
export type ManifestOf = (connectorId: string, actionId: string) => ActionManifest | undefined;

/** Everything that is drawn. */
export interface Drawing {
  graph: Graph;
  overlay: Overlay | null;
  manifestOf: ManifestOf;
  readOnly: boolean;
}

/** The nodes to draw; those that look as before are the same objects as before. */
export function flowNodes(drawing: Drawing, previous: readonly FlowNode[]): FlowNode[] {
  const before = new Map(previous.map((node) => [node.id, node]));
  const { graph, overlay } = drawing;
  const result: FlowNode[] = [];
  for (const node of graph.nodes.values()) {
    const changed = overlay?.changedNodes.get(node.id);
    const mark = overlay?.removedNodes.has(node.id) ? "removed" : changed ? "changed" : undefined;
    result.push(flowNode(drawing, changed ?? node, mark, before.get(node.id), changed && node));
  }
  for (const node of overlay?.addedNodes.values() ?? []) {
    if (!graph.nodes.has(node.id)) result.push(flowNode(drawing, node, "added", before.get(node.id)));
  }
  return result;
}

function flowNode(
  { manifestOf, readOnly }: Drawing,
  node: Node,
  mark: Mark | undefined,
  before: FlowNode | undefined,
  original?: Node,
): FlowNode {
  const manifest = manifestOf(node.data.connector_id, node.data.action_id);
  const old = before?.data;
  // What is dragged stays under the pointer. The place of a changed node is that of the drawn graph.
  const position = before?.dragging ? before.position : (original ?? node).position;
  const isPlaced = before?.position.x === position.x && before.position.y === position.y;
  const looksSame = old?.node === node && old.mark === mark && old.manifest === manifest && old.readOnly === readOnly;
  if (before && isPlaced && looksSame) return before;
  const ghost = mark === "added" || readOnly;
  const height = nodeHeight(outputsOf(node.data, manifest).length);
  const labelBefore = original && original.data.label !== node.data.label ? original.data.label : undefined;
  const data: CardData = { node, manifest, missing: missingTitles(node, manifest), mark, labelBefore, readOnly };
  return {
    id: node.id,
    type: "card",
    position,
    data,
    width: NODE_WIDTH,
    height,
    measured: { width: NODE_WIDTH, height },
    handles: handlesOf(node, manifest, height),
    selected: !ghost && (before?.selected ?? false),
    selectable: !ghost,
    draggable: !ghost,
    connectable: !ghost,
    deletable: false,
    ...(before?.dragging ? { dragging: true } : {}),
  };
}

function missingTitles(node: Node, manifest: ActionManifest | undefined): readonly string[] {
  return manifest ? missingParameters(manifest, node.data.config).map((parameter) => parameter.title) : [];
}

/** Where connections end, so that edges can be drawn to nodes that are not on screen. */
function handlesOf(node: Node, manifest: ActionManifest | undefined, height: number): FlowNode["handles"] {
  const outputs = outputsOf(node.data, manifest);
  const sources = outputs.map((output, index) => ({
    id: output.id,
    type: "source" as const,
    position: Position.Right,
    x: NODE_WIDTH - 5,
    y: outputOffset(index, outputs.length) - 5,
    width: 10,
    height: 10,
  }));
  if (node.type === "trigger") return sources;
  const target = { id: null, type: "target" as const, position: Position.Left, x: -5, y: height / 2 - 5 };
  return [...sources, { ...target, width: 10, height: 10 }];
}

/** The edges to draw; those that look as before are the same objects as before. */
export function flowEdges(
  { graph, overlay, manifestOf, readOnly }: Drawing,
  previous: readonly FlowEdge[],
): FlowEdge[] {
  const before = new Map(previous.map((edge) => [edge.id, edge]));
  const outputs = new Map<string, string | undefined>();
  const nodeOf = (id: string) => graph.nodes.get(id) ?? overlay?.addedNodes.get(id);
  const firstOutput = (id: string) => {
    if (!outputs.has(id)) {
      const data = nodeOf(id)?.data;
      outputs.set(id, data && manifestOf(data.connector_id, data.action_id)?.outputs[0]?.id);
    }
    return outputs.get(id);
  };
  const draw = (edge: Edge, mark: Mark | undefined): FlowEdge => {
    const old = before.get(edge.id);
    const handle = edge.source_handle ?? firstOutput(edge.source) ?? null;
    const same = old?.source === edge.source && old.target === edge.target && old.sourceHandle === handle;
    if (old && same && old.data?.mark === mark && old.data?.readOnly === readOnly) return old;
    const ghost = mark === "added" || readOnly;
    return {
      id: edge.id,
      type: "wire",
      source: edge.source,
      target: edge.target,
      sourceHandle: handle,
      selected: !ghost && (old?.selected ?? false),
      selectable: !ghost,
      focusable: false,
      deletable: false,
      data: { mark, readOnly },
    };
  };
  const result: FlowEdge[] = [];
  for (const edge of graph.edges.values()) {
    const goes =
      overlay?.removedEdges.has(edge.id) ||
      overlay?.removedNodes.has(edge.source) ||
      overlay?.removedNodes.has(edge.target);
    result.push(draw(edge, goes ? "removed" : undefined));
  }
  for (const edge of overlay?.addedEdges.values() ?? []) {
    if (!graph.edges.has(edge.id)) result.push(draw(edge, "added"));
  }
  return result;
}

/** The same items with exactly these selected. */
export function withSelection<T extends { id: string; selected?: boolean; selectable?: boolean }>(
  items: T[],
  selected: ReadonlySet<string>,
): T[] {
  let changed = false;
  const next = items.map((item) => {
    const wanted = selected.has(item.id) && item.selectable !== false;
    if ((item.selected ?? false) === wanted) return item;
    changed = true;
    return { ...item, selected: wanted };
  });
  return changed ? next : items;
}
