/** Where the user is: the list of workflows, of runs or of data tables, or one workflow, and whether the settings are open. */
import { create } from "zustand";
import type { WorkflowId } from "../bindings/WorkflowId";
import { call } from "../ipc";

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
  place: placeOf(location.hash),
  settingsOpen: false,
  settingsSection: null,
  goHome: () => set({ place: { name: "workflows" } }),
  goToRuns: () => set({ place: { name: "runs" } }),
  goToTables: () => set({ place: { name: "tables" } }),
  goToWorkflow: (workflowId) => set({ place: { name: "editor", workflowId } }),
  openSettings: (section) => set({ settingsOpen: true, settingsSection: section ?? null }),
  closeSettings: () => set({ settingsOpen: false, settingsSection: null }),
}));

// The address has the place, so that a reload stays there, and the core keeps it for the next start.
useNavigation.subscribe(({ place }, before) => {
  if (place === before.place) return;
  const path = pathOf(place);
  history.replaceState(history.state, "", `#/${path}`);
  void call("remember_place", { place: path }).catch(() => undefined);
});

function pathOf(place: Place): string {
  if (place.name === "editor") return `workflows/${place.workflowId}`;
  return place.name === "workflows" ? "" : place.name;
}

/** The place an address leads to: the list of workflows when it leads nowhere. */
function placeOf(hash: string): Place {
  const [name, workflowId] = hash.replace(/^#\//, "").split("/");
  if (name === "runs" || name === "tables") return { name };
  return name === "workflows" && workflowId ? { name: "editor", workflowId } : { name: "workflows" };
}
