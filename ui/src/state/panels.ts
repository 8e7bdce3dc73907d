/** Which panels are open and how wide the assistant is. Kept on this machine between starts. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

/** Limits of the assistant panel, in CSS pixels. */
export const ASSISTANT_WIDTH = { min: 300, initial: 380, max: 720 } as const;

interface PanelsState {
  assistantOpen: boolean;
  assistantWidth: number;
  paletteOpen: boolean;
  /** The drawer of versions; never open at start. */
  versionsOpen: boolean;
  /** The list of shortcuts; never open at start. */
  helpOpen: boolean;
  setAssistantOpen(open: boolean): void;
  setAssistantWidth(width: number): void;
  setPaletteOpen(open: boolean): void;
  setVersionsOpen(open: boolean): void;
  setHelpOpen(open: boolean): void;
}

/** The window's panels. */
export const usePanels = create<PanelsState>()(
  persist(
    (set) => ({
      assistantOpen: true,
      assistantWidth: ASSISTANT_WIDTH.initial,
      paletteOpen: true,
      versionsOpen: false,
      helpOpen: false,
      setAssistantOpen: (assistantOpen) => set({ assistantOpen }),
      setAssistantWidth: (width) =>
        set({ assistantWidth: Math.round(Math.min(ASSISTANT_WIDTH.max, Math.max(ASSISTANT_WIDTH.min, width))) }),
      setPaletteOpen: (paletteOpen) => set({ paletteOpen }),
      setVersionsOpen: (versionsOpen) => set({ versionsOpen }),
      setHelpOpen: (helpOpen) => set({ helpOpen }),
    }),
    {
      name: "bridge.panels",
      partialize: ({ assistantOpen, assistantWidth, paletteOpen }) => ({ assistantOpen, assistantWidth, paletteOpen }),
    },
  ),
);
