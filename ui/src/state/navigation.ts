/** Where the user is: the list of workflows, of runs or of data tables, or one workflow, and whether the settings are open. */
import { create } from "zustand";
import type { WorkflowId } from "../bindings/WorkflowId";
import { isSafeStart } from "../ipc";

/** Where the place is remembered, so that a reload or the next start opens the workflow that was open. */
const PLACE_KEY = "bridge.place";

/** What the window shows. */
export type Place =
  | { name: "workflows" }
  | { name: "runs" }
  | { name: "tables" }
  | { name: "editor"; workflowId: WorkflowId };

interface NavigationState {
  place: Place;
  settingsOpen: boolean;
  /** Part of the settings to show first, such as a provider's identifier. */
  settingsSection: string | null;
  goHome(): void;
  /** To the runs of all workflows. */
  goToRuns(): void;
  /** To the data tables. */
  goToTables(): void;
  goToWorkflow(workflowId: WorkflowId): void;
  openSettings(section?: string): void;
  closeSettings(): void;
}

/** The window's place. */
export const useNavigation = create<NavigationState>()((set) => ({
  place: rememberedPlace(),
  settingsOpen: false,
  settingsSection: null,
  goHome: () => set({ place: { name: "workflows" } }),
  goToRuns: () => set({ place: { name: "runs" } }),
  goToTables: () => set({ place: { name: "tables" } }),
  goToWorkflow: (workflowId) => set({ place: { name: "editor", workflowId } }),
  openSettings: (section) => set({ settingsOpen: true, settingsSection: section ?? null }),
  closeSettings: () => set({ settingsOpen: false, settingsSection: null }),
}));

useNavigation.subscribe(({ place }) =>
  localStorage.setItem(PLACE_KEY, place.name === "editor" ? place.workflowId : ""),
);

/** After two starts that went wrong the list comes first: the workflow may be what went wrong. */
function rememberedPlace(): Place {
  const workflowId = localStorage.getItem(PLACE_KEY) ?? "";
  return workflowId === "" || isSafeStart() ? { name: "workflows" } : { name: "editor", workflowId };
}
