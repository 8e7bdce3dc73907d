/** An action on its way from the palette to the canvas. */
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
