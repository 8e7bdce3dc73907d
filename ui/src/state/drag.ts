/** What is on its way by pointer: an action from the palette to the canvas, a field of a run's data to a parameter. */
import { create } from "zustand";
import type { Found } from "./search";

interface DragState {
  dragged: (Found & { x: number; y: number }) | null;
  move(found: Found, x: number, y: number): void;
  end(): void;
}

/** What is being dragged out of the palette. */
export const useDrag = create<DragState>()((set) => ({
  dragged: null,
  move: (found, x, y) => set({ dragged: { ...found, x, y } }),
  end: () => set({ dragged: null }),
}));

/** Type under which a field of a run's data is dragged, as `{{ $json.name }}`. */
export const EXPRESSION_TYPE = "application/x-bridge-expression";

/** Puts the expression into a drag that begins, and marks where it can be let go (in `theme.css`) until it has ended. */
export function startExpressionDrag(dataTransfer: DataTransfer, expression: string): void {
  dataTransfer.setData(EXPRESSION_TYPE, expression);
  dataTransfer.setData("text/plain", expression);
  document.documentElement.dataset.dragged = "expression";
  const ended = new AbortController();
  const end = () => {
    ended.abort();
    delete document.documentElement.dataset.dragged;
  };
  // The row that is dragged may be scrolled away: then no `dragend` comes, but the pointer moves again.
  for (const name of ["dragend", "drop", "pointermove"]) {
    window.addEventListener(name, end, { signal: ended.signal, capture: true });
  }
}
