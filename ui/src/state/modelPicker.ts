/** Whether the choice of provider and model is open: errors open it from anywhere in the panel. */
import { create } from "zustand";

interface ModelPickerState {
  open: boolean;
  setOpen(open: boolean): void;
}

/** The choice in the header. */
export const useModelPicker = create<ModelPickerState>()((set) => ({
  open: false,
  setOpen: (open) => set({ open }),
}));
