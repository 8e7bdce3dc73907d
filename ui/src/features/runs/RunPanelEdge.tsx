/** The upper edge of the run panel: dragged by mouse, moved by arrow keys. */
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { RUN_PANEL_HEIGHT, usePanels } from "../../state/panels";
import classes from "./RunPanel.module.css";

/** One step of an arrow key, in CSS pixels. */
const STEP = 16;

/** Resizes the panel. A double click goes back to the first height. */
export function RunPanelEdge() {
  const height = usePanels((state) => state.runPanelHeight);
  const setHeight = usePanels((state) => state.setRunPanelHeight);
  const [grip, setGrip] = useState<{ y: number; height: number } | null>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    const targets: Record<string, number> = {
      ArrowUp: height + STEP,
      ArrowDown: height - STEP,
      Home: RUN_PANEL_HEIGHT.max,
      End: RUN_PANEL_HEIGHT.min,
      Enter: RUN_PANEL_HEIGHT.initial,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setHeight(target);
  };
  const onPointerDown = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setGrip({ y: event.clientY, height });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be focused and moved
    <div
      className={classes.edge}
      role="separator"
      tabIndex={0}
      aria-label="Height of the run panel"
      aria-orientation="horizontal"
      aria-valuenow={height}
      aria-valuemin={RUN_PANEL_HEIGHT.min}
      aria-valuemax={RUN_PANEL_HEIGHT.max}
      data-dragging={grip !== null || undefined}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => grip && setHeight(grip.height + grip.y - event.clientY)}
      onPointerUp={() => setGrip(null)}
      onPointerCancel={() => setGrip(null)}
      onDoubleClick={() => setHeight(RUN_PANEL_HEIGHT.initial)}
    />
  );
}
