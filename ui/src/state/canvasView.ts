/** What the rest of the window may ask of the canvas, while there is one. */
import { create } from "zustand";
import type { NodeId } from "../bindings/NodeId";
import type { Position } from "../bindings/Position";

/** The canvas, as others see it. */
interface CanvasView {
  /** The middle of what is visible, in canvas units. */
  center(): Position;
  /** Whether any part of this rectangle, in canvas units, is in view. */
  shows(rectangle: { x: number; y: number; width: number; height: number }): boolean;
  /** A point of the window in canvas units; null when it is not over the canvas. */
  atPoint(x: number, y: number): Position | null;
  /** Brings nodes into view, without zooming when they are there already. */
  reveal(nodes: readonly NodeId[]): void;
  /** Takes back what {@link reveal} did to the view, unless it was moved since or the node would be out of view. */
  goBack(seen: NodeId): void;
  fit(): void;
  focus(): void;
}

/** Where a quick-add is open. */
interface QuickAdd {
  /** Where its menu is, in window pixels. */
  at: { x: number; y: number };
  /** Where the node goes, in canvas units; beside the source when absent. */
  position?: Position;
  /** The output it is connected from. */
  from?: { nodeId: NodeId; handle?: string };
  /** The connection it goes into. */
  edgeId?: string;
}

interface CanvasState {
  view: CanvasView | null;
  quickAdd: QuickAdd | null;
  setView(view: CanvasView | null): void;
  setQuickAdd(quickAdd: QuickAdd | null): void;
}

/** The canvas on screen. */
export const useCanvasView = create<CanvasState>()((set) => ({
  view: null,
  quickAdd: null,
  setView: (view) => set({ view }),
  setQuickAdd: (quickAdd) => set({ quickAdd }),
}));
