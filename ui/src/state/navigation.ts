/** Where the user is: the list of workflows or one workflow, and whether the settings are open. */
import { create } from "zustand";
import type { WorkflowId } from "../bindings/WorkflowId";

/** What the window shows. */
export type Place = { name: "workflows" } | { name: "editor"; workflowId: WorkflowId };

interface NavigationState {
  place: Place;
  settingsOpen: boolean;
  /** Part of the settings to show first, such as a provider's identifier. */
  settingsSection: string | null;
  goHome(): void;
  goToWorkflow(workflowId: WorkflowId): void;
  openSettings(section?: string): void;
  closeSettings(): void;
}

/** The window's place. */
export const useNavigation = create<NavigationState>()((set) => ({
  place: { name: "workflows" },
  settingsOpen: false,
  settingsSection: null,
  goHome: () => set({ place: { name: "workflows" } }),
  goToWorkflow: (workflowId) => set({ place: { name: "editor", workflowId } }),
  openSettings: (section) => set({ settingsOpen: true, settingsSection: section ?? null }),
  closeSettings: () => set({ settingsOpen: false, settingsSection: null }),
}));
