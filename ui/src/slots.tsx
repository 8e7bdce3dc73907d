/**
 * What the shell shows besides the workflow side. Features do not import each other; the shell mounts them here, one
 * line each.
 */
import type { ComponentType } from "react";

/** Right of the canvas: draws itself open or as a thin strip, by `usePanels().assistantOpen` and `assistantWidth`. */
export const AssistantSlot: ComponentType = () => null;

/** Settings: draws itself over the window while `useNavigation().settingsOpen`. */
export const SettingsSlot: ComponentType = () => null;

/** Notices of the core (`useStatus().status.notices`), above everything else. */
export const NoticesSlot: ComponentType = () => null;
