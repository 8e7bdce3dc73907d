/** Brings nodes into view beside what lies over the canvas, and goes back when that is gone. */
import { type useReactFlow, useStoreApi, type Viewport } from "@xyflow/react";
import { type RefObject, useCallback, useRef } from "react";
import type { NodeId } from "../../bindings/NodeId";
import type { Graph } from "../../graph/graph";
import type { Drawing, FlowEdge, FlowNode } from "./flow";
import { boundsOf, coveredWidth } from "./geometry";
import { isLarge } from "./large";

/** Room kept around a node that is brought into view, in pixels. */
const MARGIN = 28;

type Flow = ReturnType<typeof useReactFlow<FlowNode, FlowEdge>>;

/** The two ways to move the view for somebody else. */
export function useReveal(flow: Flow, frame: RefObject<HTMLElement | null>, latest: RefObject<Drawing>) {
  const store = useStoreApi();
  const moved = useRef<{ from: Viewport; to: Viewport } | null>(null);

  const shiftFor = useCallback(
    (ids: readonly NodeId[], viewport: Viewport) => {
      const { width, height } = store.getState();
      const { graph, manifestOf } = latest.current;
      const nodes = ids.map((id) => graph.nodes.get(id));
      const bounds = boundsOf(nodes, manifestOf);
      if (!bounds) return { x: 0, y: 0 };
      const { x, y, zoom } = viewport;
      const right = width - coveredWidth(frame.current) - MARGIN;
      return {
        x: shiftInto(bounds.x * zoom + x, bounds.width * zoom, MARGIN, right),
        y: shiftInto(bounds.y * zoom + y, bounds.height * zoom, MARGIN, height - MARGIN),
      };
    },
    [store, frame, latest],
  );

  const reveal = useCallback(
    (ids: readonly NodeId[]) => {
      const from = flow.getViewport();
      const zoomed = { ...from, zoom: Math.max(from.zoom, 0.4) };
      const shift = shiftFor(ids, zoomed);
      const to = { ...zoomed, x: zoomed.x + shift.x, y: zoomed.y + shift.y };
      if (isSame(from, to)) return;
      const last = moved.current;
      moved.current = { from: last && isSame(last.to, from) ? last.from : from, to };
      void flow.setViewport(to, { duration: animation(latest.current.graph), interpolate: "linear" });
    },
    [flow, shiftFor, latest],
  );

  /** Only when nobody has moved the view since, and only to where the node can be seen. */
  const goBack = useCallback(
    (seen: NodeId) => {
      const last = moved.current;
      moved.current = null;
      if (!last || !isSame(last.to, flow.getViewport())) return;
      const { x, y } = shiftFor([seen], last.from);
      if (x === 0 && y === 0)
        void flow.setViewport(last.from, { duration: animation(latest.current.graph), interpolate: "linear" });
    },
    [flow, shiftFor, latest],
  );

  return { reveal, goBack };
}

function isSame(a: Viewport, b: Viewport): boolean {
  return Math.abs(a.x - b.x) < 1 && Math.abs(a.y - b.y) < 1 && Math.abs(a.zoom - b.zoom) < 0.001;
}

/** How far something must move to lie between two lines; its start wins when it does not fit. */
function shiftInto(start: number, size: number, from: number, to: number): number {
  if (start < from) return from - start;
  return start + size > to ? Math.max(to - size, from) - start : 0;
}

/** How long a change of the view takes, in milliseconds. A large graph jumps: on the way, too much would be drawn. */
export function animation(graph: Graph, wanted = 180): number {
  return isLarge(graph) ? 0 : wanted;
}
