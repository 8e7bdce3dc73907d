/** A connection on the canvas. Hovering or selecting it offers to put a node into it or to delete it. */
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { type MouseEvent, memo } from "react";
import { counted } from "../../components/durations";
import { useCanvasView } from "../../state/canvasView";
import { useEditor } from "../../state/editor";
import { useRuns } from "../../state/runs";
import type { FlowEdge } from "./flow";
import { useHoveredEdge } from "./hoveredEdge";
import classes from "./Wire.module.css";
import { wirePath } from "./wirePath";

/** One connection. */
export const Wire = memo(function Wire({ id, data, selected, ...ends }: EdgeProps<FlowEdge>) {
  const hovered = useHoveredEdge((state) => state.id === id);
  const { path, x, y } = wirePath(ends);
  const mark = data?.mark;
  const active = (hovered || selected) && !data?.readOnly && mark === undefined;
  return (
    <>
      <BaseEdge
        path={path}
        interactionWidth={16}
        className={classes.wire}
        data-mark={mark}
        data-active={hovered || selected || undefined}
      />
      {mark && (
        <text className={classes.sign} x={x} y={y} dy="0.35em" data-mark={mark}>
          {mark === "added" ? "+" : "−"}
        </text>
      )}
      {mark === undefined && (
        <Items source={ends.source} handle={ends.sourceHandleId ?? ""} {...placeOfCount(x, y, ends)} />
      )}
      {active && <Buttons id={id} x={x} y={y} />}
    </>
  );
});

/** Above the middle of a connection; at its end where the name of an output would be in the way. */
function placeOfCount(x: number, y: number, ends: Pick<EdgeProps, "sourceHandleId" | "targetX" | "targetY">) {
  const named = ends.sourceHandleId != null && ends.sourceHandleId !== "main";
  return named ? { x: ends.targetX - 10, y: ends.targetY, atEnd: true } : { x, y, atEnd: false };
}

interface CountProps {
  source: string;
  handle: string;
  x: number;
  y: number;
  atEnd: boolean;
}

/** How many items the run sent this way; beside the name of an output there is room for the number only. */
function Items({ source, handle, x, y, atEnd }: CountProps) {
  const items = useRuns((state) => state.view.nodes.get(source)?.items[handle]);
  const stale = useRuns((state) => state.stale.has(source));
  if (items === undefined) return null;
  return (
    <text
      className={classes.items}
      x={x}
      y={y - 7}
      data-at-end={atEnd || undefined}
      data-stale={stale || undefined}
      data-testid="edge-items"
    >
      {atEnd ? items.toLocaleString("en") : counted(items, "item")}
    </text>
  );
}

function Buttons({ id, x, y }: { id: string; x: number; y: number }) {
  const insert = (event: MouseEvent) => {
    useCanvasView.getState().setQuickAdd({ at: { x: event.clientX, y: event.clientY }, edgeId: id });
  };
  const hold = useHoveredEdge((state) => state.hold);
  const release = useHoveredEdge((state) => state.release);
  return (
    <EdgeLabelRenderer>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a pointer over the buttons only keeps them there */}
      <div
        className={`${classes.buttons} nodrag nopan`}
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        onMouseEnter={() => hold(id)}
        onMouseLeave={() => release(id)}
      >
        <button type="button" aria-label="Insert a node here" title="Insert a node here" onClick={insert}>
          <IconPlus size={14} />
        </button>
        <button
          type="button"
          aria-label="Delete this connection"
          title="Delete this connection"
          onClick={() => void useEditor.getState().submit([{ type: "delete_edge", edge_id: id }])}
        >
          <IconTrash size={13} />
        </button>
      </div>
    </EdgeLabelRenderer>
  );
}
