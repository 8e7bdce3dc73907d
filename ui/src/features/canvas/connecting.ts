/** Drawing a connection: what may be connected, and what happens when the pointer lets go. */
import type { Connection, FinalConnectionState } from "@xyflow/react";
import { useCallback, useMemo } from "react";
import { useCanvasView } from "../../state/canvasView";
import { connect } from "../../state/nodeOperations";
import type { Drawing, FlowEdge } from "./flow";

/** Whether two ends may be connected, as far as can be seen at once; the core has the last word. */
export function useValidConnection({ graph, readOnly }: Drawing) {
  const taken = useMemo(() => {
    const keys = new Set<string>();
    for (const edge of graph.edges.values()) keys.add(`${edge.source}\n${edge.source_handle ?? ""}\n${edge.target}`);
    return keys;
  }, [graph]);
  return useCallback(
    ({ source, target, sourceHandle }: Connection | FlowEdge) => {
      const key = `${source}\n${sourceHandle ?? ""}\n${target}`;
      return !readOnly && source !== target && graph.nodes.get(target)?.type !== "trigger" && !taken.has(key);
    },
    [graph, readOnly, taken],
  );
}

/** Stores a connection. */
export function onConnect({ source, target, sourceHandle }: Connection): void {
  connect(source, target, sourceHandle ?? undefined);
}

/** A connection that ends in the void asks which node to add there. */
export function onConnectEnd(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  if (state.isValid || state.toNode || !state.fromNode || state.fromHandle?.type !== "source") return;
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  if (!point) return;
  const { view, setQuickAdd } = useCanvasView.getState();
  const position = view?.atPoint(point.clientX, point.clientY);
  if (!position) return;
  const handle = state.fromHandle.id;
  setQuickAdd({
    at: { x: point.clientX, y: point.clientY },
    position: { x: position.x, y: position.y - 30 },
    from: { nodeId: state.fromNode.id, ...(handle ? { handle } : {}) },
  });
}
