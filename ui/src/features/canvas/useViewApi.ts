/** What others may ask of the canvas, and what the canvas does by itself to its view. */
import { getViewportForBounds, type Rect, useReactFlow, useStoreApi, type Viewport } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import type { Node } from "../../bindings/Node";
import type { NodeId } from "../../bindings/NodeId";
import type { Graph } from "../../graph/graph";
import { NODE_WIDTH, nodeHeight } from "../../graph/size";
import { useCanvasView } from "../../state/canvasView";
import { useEditor } from "../../state/editor";
import { useOverlay } from "../../state/overlay";
import type { Drawing, FlowEdge, FlowNode, ManifestOf } from "./flow";
import { type Box, isLarge, OVERVIEW_ZOOM } from "./large";

/** How far out the canvas can be zoomed. */
export const MIN_ZOOM = 0.02;

/** Room the names of outputs take beside a node, in canvas units. */
const NAME_ROOM = 64;
/** Room kept around a node that is brought into view, in pixels. */
const MARGIN = 28;

type Flow = ReturnType<typeof useReactFlow<FlowNode, FlowEdge>>;
type Show = (ids?: readonly NodeId[], options?: { maxZoom?: number; duration?: number }) => void;

/** Registers the canvas for others; fits the view when a workflow opens or an overlay appears. */
export function useViewApi(
  frame: RefObject<HTMLElement | null>,
  drawing: Drawing,
  setNear: (box: Box | null) => void,
  setFarAway: (farAway: boolean) => void,
) {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const store = useStoreApi();
  const large = isLarge(drawing.graph);
  const near = useRef<Box | null>(null);

  /** Keeps one more screen on each side ready, and reads anew when the view leaves that. */
  const track = useCallback(
    (viewport: Viewport) => {
      const { width, height } = store.getState();
      if (!large || width === 0) return;
      const box = visibleBox(viewport, width, height);
      const held = near.current;
      const inside =
        held && box.left >= held.left && box.right <= held.right && box.top >= held.top && box.bottom <= held.bottom;
      const tooWide = held && box.right - box.left < (held.right - held.left) / 6;
      if (inside && !tooWide) return;
      const margin = { x: box.right - box.left, y: box.bottom - box.top };
      near.current = {
        left: box.left - margin.x,
        right: box.right + margin.x,
        top: box.top - margin.y,
        bottom: box.bottom + margin.y,
      };
      setNear(near.current);
    },
    [large, store, setNear],
  );

  const latest = useRef(drawing);
  latest.current = drawing;

  /** Shows nodes, all of them without `ids`. From the graph's own sizes: a large graph is not always in xyflow. */
  const show = useCallback(
    (ids?: readonly NodeId[], options: { maxZoom?: number; duration?: number } = {}) => {
      const { graph, overlay, manifestOf } = latest.current;
      const nodes = ids ? ids.map((id) => graph.nodes.get(id) ?? overlay?.addedNodes.get(id)) : graph.nodes.values();
      const { width, height } = store.getState();
      const bounds = boundsOf(nodes, manifestOf);
      if (!bounds || width === 0) return;
      const visible = Math.max(200, width - coveredWidth(frame.current));
      const viewport = getViewportForBounds(bounds, visible, height, MIN_ZOOM, options.maxZoom ?? 1, 0.15);
      const go = () => {
        void flow.setViewport(viewport, { duration: animation(graph, options.duration) });
        track(viewport);
      };
      if (!isLarge(graph) || viewport.zoom >= OVERVIEW_ZOOM) return go();
      // Elements first give way to the picture, or all of them would be drawn for a moment.
      setFarAway(true);
      requestAnimationFrame(() => requestAnimationFrame(go));
    },
    [flow, store, track, frame, setFarAway],
  );
  const fit = useCallback(() => show(), [show]);

  useEffect(() => {
    const setView = useCanvasView.getState().setView;
    setView({
      center: () => {
        const box = frame.current?.getBoundingClientRect();
        return flow.screenToFlowPosition(
          box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 },
        );
      },
      atPoint: (x, y) => {
        const over = document.elementFromPoint(x, y);
        return over && frame.current?.contains(over) ? flow.screenToFlowPosition({ x, y }) : null;
      },
      reveal: (ids) => {
        const { width, height } = store.getState();
        const viewport = flow.getViewport();
        const { graph, manifestOf } = latest.current;
        const bounds = boundsOf(
          ids.map((id) => graph.nodes.get(id)),
          manifestOf,
        );
        if (!bounds) return;
        const zoom = Math.max(viewport.zoom, 0.4);
        const right = width - coveredWidth(frame.current) - MARGIN;
        const x = shiftInto(bounds.x * zoom + viewport.x, bounds.width * zoom, MARGIN, right);
        const y = shiftInto(bounds.y * zoom + viewport.y, bounds.height * zoom, MARGIN, height - MARGIN);
        if (x === 0 && y === 0 && zoom === viewport.zoom) return;
        void flow.setViewport({ x: viewport.x + x, y: viewport.y + y, zoom }, { duration: animation(graph) });
      },
      fit,
      focus: () => frame.current?.focus(),
    });
    return () => setView(null);
  }, [flow, store, frame, fit]);

  useFitOnOpen(show, flow, latest, track);
  useFitOverlay(show, latest);

  return useMemo(
    () => ({
      onMove: (_: unknown, viewport: Viewport) => track(viewport),
      onInit: () => track(flow.getViewport()),
      /** Goes from the picture of a large graph to the nodes at a point of the window. */
      zoomTo: (x: number, y: number) => {
        const point = flow.screenToFlowPosition({ x, y });
        void flow.setCenter(point.x, point.y, { zoom: 0.8 });
      },
    }),
    [track, flow],
  );
}

/** Fits the view when a workflow or an old version opens; a large one opens at its start instead. */
function useFitOnOpen(show: Show, flow: Flow, latest: RefObject<Drawing>, track: (viewport: Viewport) => void): void {
  const shown = useEditor((state) => state.preview?.id ?? state.workflow?.id);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another workflow or version moves the view
  useEffect(() => {
    const { graph } = latest.current;
    const [first] = graph.nodes.values();
    const timer = requestAnimationFrame(() => {
      if (isLarge(graph) && first) {
        const viewport = { x: 80 - first.position.x * 0.8, y: 120 - first.position.y * 0.8, zoom: 0.8 };
        void flow.setViewport(viewport);
        track(viewport);
      } else {
        show(undefined, { duration: 0 });
      }
    });
    return () => cancelAnimationFrame(timer);
  }, [shown]);
}

/** Brings an overlay into view when it asks for it. */
function useFitOverlay(show: Show, latest: RefObject<Drawing>): void {
  const request = useOverlay((state) => state.fitRequest);
  const seen = useRef(request);
  useEffect(() => {
    if (request === seen.current) return;
    seen.current = request;
    const { overlay, graph } = latest.current;
    if (!overlay) return;
    const ids = [...overlay.addedNodes.keys(), ...overlay.changedNodes.keys(), ...overlay.removedNodes];
    for (const edge of overlay.addedEdges.values()) ids.push(edge.source, edge.target);
    for (const id of overlay.removedEdges) {
      const edge = graph.edges.get(id);
      if (edge) ids.push(edge.source, edge.target);
    }
    const timer = requestAnimationFrame(() => show(ids));
    return () => cancelAnimationFrame(timer);
  }, [request, show, latest]);
}

/** How long a change of the view takes, in milliseconds. A large graph jumps: on the way, too much would be drawn. */
function animation(graph: Graph, wanted = 180): number {
  return isLarge(graph) ? 0 : wanted;
}

/** How far something must move to lie between two lines; its start wins when it does not fit. */
function shiftInto(start: number, size: number, from: number, to: number): number {
  if (start < from) return from - start;
  return start + size > to ? Math.max(to - size, from) - start : 0;
}

/** How much of the canvas' right side lies under the node settings, in pixels. */
function coveredWidth(frame: HTMLElement | null): number {
  const cover = frame?.parentElement?.querySelector("[data-covers-canvas]");
  return cover ? cover.getBoundingClientRect().width + 24 : 0;
}

/** The rectangle around nodes; null when there are none. */
function boundsOf(nodes: Iterable<Node | undefined>, manifestOf: ManifestOf): Rect | null {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const node of nodes) {
    if (!node) continue;
    left = Math.min(left, node.position.x);
    top = Math.min(top, node.position.y);
    const outputs = manifestOf(node.data.connector_id, node.data.action_id)?.outputs.length ?? 1;
    right = Math.max(right, node.position.x + NODE_WIDTH + (outputs > 1 ? NAME_ROOM : 0));
    bottom = Math.max(bottom, node.position.y + nodeHeight(outputs));
  }
  return right < left ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

function visibleBox({ x, y, zoom }: Viewport, width: number, height: number): Box {
  return { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
}
