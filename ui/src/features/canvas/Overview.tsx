/** A large graph from far away, as one picture: thousands of elements would stop the browser. */
import { type ReactFlowState, useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { NodeId } from "../../bindings/NodeId";
import type { Graph } from "../../graph/graph";
import { useRuns } from "../../state/runs";
import type { NodeRun } from "../../state/runView";
import classes from "./Canvas.module.css";
import type { FlowNode } from "./flow";

const viewOf = (state: ReactFlowState) => state.transform;
const widthOf = (state: ReactFlowState) => state.width;
const heightOf = (state: ReactFlowState) => state.height;
/** Edges in the picture at most: more only make it grey. */
const EDGE_LIMIT = 20_000;
/** Width of the frame that shows a node's state, in canvas units. */
const FRAME = 14;

/** The picture of what is in view. */
export function Overview({ nodes, edges }: { nodes: FlowNode[]; edges: Graph["edges"] }) {
  const [x, y, zoom] = useStore(viewOf);
  const width = useStore(widthOf);
  const height = useStore(heightOf);
  const results = useRuns((state) => state.view.nodes);
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const frame = requestAnimationFrame(() => draw(element, nodes, edges, { x, y, zoom, width, height }, results));
    return () => cancelAnimationFrame(frame);
  }, [nodes, edges, x, y, zoom, width, height, results]);

  return <canvas ref={canvas} className={classes.overview} aria-hidden data-testid="overview" />;
}

interface View {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

type Results = ReadonlyMap<NodeId, NodeRun>;

function draw(
  element: HTMLCanvasElement,
  nodes: FlowNode[],
  edges: Graph["edges"],
  view: View,
  results: Results,
): void {
  const ratio = window.devicePixelRatio;
  element.width = view.width * ratio;
  element.height = view.height * ratio;
  const context = element.getContext("2d");
  if (!context) return;
  const style = getComputedStyle(element);
  context.scale(ratio, ratio);
  context.fillStyle = style.getPropertyValue("--canvas");
  context.fillRect(0, 0, view.width, view.height);
  context.translate(view.x, view.y);
  context.scale(view.zoom, view.zoom);
  drawEdges(context, nodes, edges, style.getPropertyValue("--edge"), view);
  drawNodes(context, nodes, style, view, results);
}

function drawEdges(
  context: CanvasRenderingContext2D,
  nodes: FlowNode[],
  edges: Graph["edges"],
  color: string,
  view: View,
): void {
  const places = new Map(nodes.map((node) => [node.id, node]));
  context.strokeStyle = color;
  context.globalAlpha = edges.size > 5000 ? 0.25 : 0.6;
  context.lineWidth = 1 / view.zoom;
  context.beginPath();
  let drawn = 0;
  for (const edge of edges.values()) {
    const source = places.get(edge.source);
    const target = places.get(edge.target);
    if (!source || !target || (!isVisible(source, view) && !isVisible(target, view))) continue;
    context.moveTo(source.position.x + (source.width ?? 0), source.position.y + (source.height ?? 0) / 2);
    context.lineTo(target.position.x, target.position.y + (target.height ?? 0) / 2);
    drawn += 1;
    if (drawn >= EDGE_LIMIT) break;
  }
  context.stroke();
  context.globalAlpha = 1;
}

function drawNodes(
  context: CanvasRenderingContext2D,
  nodes: FlowNode[],
  style: CSSStyleDeclaration,
  view: View,
  results: Results,
): void {
  const colors = {
    trigger: style.getPropertyValue("--trigger"),
    action: style.getPropertyValue("--action"),
    condition: style.getPropertyValue("--condition"),
  };
  const accent = style.getPropertyValue("--accent");
  const states: Partial<Record<NodeRun["status"], string>> = {
    running: accent,
    success: style.getPropertyValue("--added"),
    error: style.getPropertyValue("--removed"),
    unknown: style.getPropertyValue("--warning"),
    waiting: style.getPropertyValue("--warning"),
  };
  for (const node of nodes) {
    if (!isVisible(node, view)) continue;
    const { x, y } = node.position;
    context.fillStyle = node.selected ? accent : colors[node.data.node.type];
    context.fillRect(x, y, node.width ?? 0, node.height ?? 0);
    const state = states[results.get(node.id)?.status ?? "skipped"];
    if (state === undefined) continue;
    context.strokeStyle = state;
    context.lineWidth = FRAME;
    context.strokeRect(x, y, node.width ?? 0, node.height ?? 0);
  }
}

function isVisible(node: FlowNode, { x, y, zoom, width, height }: View): boolean {
  const left = node.position.x * zoom + x;
  const top = node.position.y * zoom + y;
  return left < width && top < height && left + (node.width ?? 0) * zoom > 0 && top + (node.height ?? 0) * zoom > 0;
}
