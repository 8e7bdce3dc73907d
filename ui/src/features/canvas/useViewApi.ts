/** What others may ask of the canvas, and what the canvas does by itself to its view. */
import { getViewportForBounds, useReactFlow, useStoreApi, type Viewport } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import type { NodeId } from "../../bindings/NodeId";
import { useCanvasView } from "../../state/canvasView";
import { useEditor } from "../../state/editor";
import { useOverlay } from "../../state/overlay";
import type { Drawing, FlowEdge, FlowNode } from "./flow";
import { boundsOf, coveredWidth, visibleBox } from "./geometry";
import { type Box, isLarge, OVERVIEW_ZOOM } from "./large";
import { animation, useReveal } from "./useReveal";

/** How far out the canvas can be zoomed. */
export const MIN_ZOOM = 0.02;

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
      const added = overlay?.addedNodes;
      const all = () => [...graph.nodes.values(), ...(added?.values() ?? [])];
      const nodes = ids ? ids.map((id) => graph.nodes.get(id) ?? added?.get(id)) : all();
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
  const { reveal, goBack } = useReveal(flow, frame, latest);

  useEffect(() => {
    const setView = useCanvasView.getState().setView;
    setView({
      center: () => {
        const box = frame.current?.getBoundingClientRect();
        return flow.screenToFlowPosition(
          box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 },
        );
      },
      shows: ({ x, y, width, height }) => {
        const state = store.getState();
        const seen = visibleBox(flow.getViewport(), state.width, state.height);
        return x < seen.right && x + width > seen.left && y < seen.bottom && y + height > seen.top;
      },
      atPoint: (x, y) => {
        const over = document.elementFromPoint(x, y);
        return over && frame.current?.contains(over) ? flow.screenToFlowPosition({ x, y }) : null;
      },
      reveal,
      goBack,
      fit,
      focus: () => frame.current?.focus(),
    });
    return () => setView(null);
  }, [flow, store, frame, fit, reveal, goBack]);

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
