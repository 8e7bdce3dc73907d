/** How items are looked at. Kept on this machine between starts. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

interface ItemViewState {
  view: "table" | "json" | "schema";
  setView(view: ItemViewState["view"]): void;
}

/** The chosen view. */
export const useItemView = create<ItemViewState>()(
  persist((set) => ({ view: "table", setView: (view) => set({ view }) }), { name: "bridge.itemView" }),
);
