/** Which panels are open and how wide the assistant is. Kept on this machine between starts. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

/** Limits of the assistant panel, in CSS pixels. */
export const ASSISTANT_WIDTH = { min: 300, initial: 380, max: 720 } as const;

/** Limits of the run panel when it is open, in CSS pixels. */
export const RUN_PANEL_HEIGHT = { min: 140, initial: 300, max: 640 } as const;

/** Below this width, in CSS pixels, palette and assistant leave the canvas too little room together. */
const NARROW = 1080;

const isNarrow = () => window.innerWidth < NARROW;

interface PanelsState {
  assistantOpen: boolean;
  assistantWidth: number;
  paletteOpen: boolean;
  /** It was closed for want of room, not by the user: it comes back when there is room again. */
  paletteGaveWay: boolean;
  /** The drawer of versions; never open at start. */
  versionsOpen: boolean;
  /** The list of shortcuts; never open at start. */
  helpOpen: boolean;
  /** Null until the user has opened or closed it. */
  runPanelOpen: boolean | null;
  runPanelHeight: number;
  setAssistantOpen(open: boolean): void;
  setAssistantWidth(width: number): void;
  setPaletteOpen(open: boolean): void;
  /** Closes the palette when a narrow window has room for only one of the two, and opens it again in a wider one. */
  makeRoom(): void;
  setVersionsOpen(open: boolean): void;
  setHelpOpen(open: boolean): void;
  setRunPanelOpen(open: boolean): void;
  /** Opens the run panel, unless the user closed it. */
  showRunPanel(): void;
  setRunPanelHeight(height: number): void;
}

/** The window's panels. */
export const usePanels = create<PanelsState>()(
  persist(
    (set, get) => ({
      assistantOpen: true,
      assistantWidth: ASSISTANT_WIDTH.initial,
      paletteOpen: true,
      paletteGaveWay: false,
      versionsOpen: false,
      helpOpen: false,
      runPanelOpen: null,
      runPanelHeight: RUN_PANEL_HEIGHT.initial,
      setAssistantOpen: (assistantOpen) =>
        set(({ paletteOpen, paletteGaveWay }) =>
          assistantOpen && isNarrow()
            ? { assistantOpen, paletteOpen: false, paletteGaveWay: paletteOpen || paletteGaveWay }
            : { assistantOpen },
        ),
      setAssistantWidth: (width) =>
        set({ assistantWidth: Math.round(Math.min(ASSISTANT_WIDTH.max, Math.max(ASSISTANT_WIDTH.min, width))) }),
      setPaletteOpen: (paletteOpen) =>
        set({ paletteOpen, paletteGaveWay: false, ...(paletteOpen && isNarrow() ? { assistantOpen: false } : {}) }),
      makeRoom: () => {
        const { assistantOpen, paletteOpen, paletteGaveWay } = get();
        if (isNarrow() && assistantOpen && paletteOpen) set({ paletteOpen: false, paletteGaveWay: true });
        else if (!isNarrow() && paletteGaveWay) set({ paletteOpen: true, paletteGaveWay: false });
      },
      setVersionsOpen: (versionsOpen) => set({ versionsOpen }),
      setHelpOpen: (helpOpen) => set({ helpOpen }),
      setRunPanelOpen: (runPanelOpen) => set({ runPanelOpen }),
      showRunPanel: () => set(({ runPanelOpen }) => ({ runPanelOpen: runPanelOpen ?? true })),
      setRunPanelHeight: (height) =>
        set({ runPanelHeight: Math.round(Math.min(RUN_PANEL_HEIGHT.max, Math.max(RUN_PANEL_HEIGHT.min, height))) }),
    }),
    {
      name: "bridge.panels",
      partialize: ({ assistantOpen, assistantWidth, paletteOpen, paletteGaveWay, runPanelOpen, runPanelHeight }) => ({
        assistantOpen,
        assistantWidth,
        paletteOpen,
        paletteGaveWay,
        runPanelOpen,
        runPanelHeight,
      }),
    },
  ),
);
