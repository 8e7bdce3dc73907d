/** The edge under the pointer. Kept a moment longer than the pointer is on it, so that its buttons can be reached. */
import { create } from "zustand";

const LINGER_MS = 160;

interface HoveredEdgeState {
  id: string | null;
  hold(id: string): void;
  release(id: string): void;
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Which edge shows its buttons. */
export const useHoveredEdge = create<HoveredEdgeState>()((set, get) => ({
  id: null,
  hold(id) {
    clearTimeout(timer);
    set({ id });
  },
  release(id) {
    clearTimeout(timer);
    timer = setTimeout(() => get().id === id && set({ id: null }), LINGER_MS);
  },
}));
