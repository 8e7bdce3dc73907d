/** An action being dragged out of the palette: follows the pointer, becomes a node where it is let go. */
import { useEffect } from "react";
import { ConnectorIcon } from "../../components/ConnectorIcon";
import { useCanvasView } from "../../state/canvasView";
import { useDrag } from "../../state/drag";
import { addNode } from "../../state/nodeOperations";
import classes from "./Canvas.module.css";

/** The dragged action, if any. */
export function Drop() {
  const dragged = useDrag((state) => state.dragged);
  const active = dragged !== null;
  useEffect(() => {
    if (!active) return;
    const drop = (event: PointerEvent) => {
      const { dragged: found, end } = useDrag.getState();
      end();
      const place = useCanvasView.getState().view?.atPoint(event.clientX, event.clientY);
      if (found && place) addNode(found.connector, found.action, { position: { x: place.x - 24, y: place.y - 30 } });
    };
    const cancel = (event: KeyboardEvent) => event.key === "Escape" && useDrag.getState().end();
    window.addEventListener("pointerup", drop);
    window.addEventListener("keydown", cancel);
    return () => {
      window.removeEventListener("pointerup", drop);
      window.removeEventListener("keydown", cancel);
    };
  }, [active]);
  if (!dragged) return null;
  return (
    <div className={classes.dragged} style={{ left: dragged.x, top: dragged.y }}>
      <ConnectorIcon connectorId={dragged.connector.id} />
      {dragged.action.name}
    </div>
  );
}
