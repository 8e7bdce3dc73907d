/** The edge of the panel: dragged by mouse, moved by arrow keys. */
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { ASSISTANT_WIDTH, usePanels } from "../../state/panels";
import classes from "./AssistantPanel.module.css";

/** One step of an arrow key, in CSS pixels. */
const STEP = 16;

/** Resizes the panel. A double click goes back to the first width. */
export function ResizeHandle() {
  const width = usePanels((state) => state.assistantWidth);
  const setWidth = usePanels((state) => state.setAssistantWidth);
  const [grip, setGrip] = useState<{ x: number; width: number } | null>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    const targets: Record<string, number> = {
      ArrowLeft: width + STEP,
      ArrowRight: width - STEP,
      Home: ASSISTANT_WIDTH.max,
      End: ASSISTANT_WIDTH.min,
      Enter: ASSISTANT_WIDTH.initial,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setWidth(target);
  };
  const onPointerDown = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setGrip({ x: event.clientX, width });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be focused and moved
    <div
      className={classes.handle}
      role="separator"
      tabIndex={0}
      aria-label="Width of the assistant"
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={ASSISTANT_WIDTH.min}
      aria-valuemax={ASSISTANT_WIDTH.max}
      data-dragging={grip !== null || undefined}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => grip && setWidth(grip.width + grip.x - event.clientX)}
      onPointerUp={() => setGrip(null)}
      onPointerCancel={() => setGrip(null)}
      onDoubleClick={() => setWidth(ASSISTANT_WIDTH.initial)}
    />
  );
}
