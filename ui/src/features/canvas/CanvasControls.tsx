/** Zoom, fit and tidy, at the canvas' lower edge. */
import { IconLayoutDistributeHorizontal, IconMaximize, IconMinus, IconPlus } from "@tabler/icons-react";
import { type ReactFlowState, useReactFlow, useStore } from "@xyflow/react";
import { IconAction } from "../../components/IconAction";
import { useCanvasView } from "../../state/canvasView";
import { useEditor } from "../../state/editor";
import { tidy } from "../../state/nodeOperations";
import classes from "./Canvas.module.css";

const zoomOf = (state: ReactFlowState) => Math.round(state.transform[2] * 100);

/** The bar. */
export function CanvasControls() {
  const flow = useReactFlow();
  const zoom = useStore(zoomOf);
  const readOnly = useEditor((state) => state.preview !== null);
  return (
    <div className={classes.controls} role="toolbar" aria-label="View">
      <IconAction label="Zoom out" keys="mod+-" onClick={() => void flow.zoomOut({ duration: 120 })}>
        <IconMinus size={16} />
      </IconAction>
      <span className={classes.zoom}>{zoom} %</span>
      <IconAction label="Zoom in" keys="mod++" onClick={() => void flow.zoomIn({ duration: 120 })}>
        <IconPlus size={16} />
      </IconAction>
      <span className={classes.divider} />
      <IconAction label="Fit the workflow" keys="1" onClick={() => useCanvasView.getState().view?.fit()}>
        <IconMaximize size={16} />
      </IconAction>
      <IconAction label="Tidy up" keys="Shift+T" disabled={readOnly} onClick={tidy}>
        <IconLayoutDistributeHorizontal size={16} />
      </IconAction>
    </div>
  );
}
