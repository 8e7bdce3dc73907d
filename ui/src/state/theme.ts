/** Light or dark, as the settings say. */
import { create } from "zustand";
import type { Theme } from "../bindings/Theme";
import { asCoreError, call } from "../ipc";
import { toastError } from "./toasts";

interface ThemeState {
  theme: Theme;
  /** Reads the theme from the settings. */
  load(): Promise<void>;
  /** Shows a theme at once and keeps it in the settings. */
  setTheme(theme: Theme): Promise<void>;
}

/** The theme in use. */
export const useTheme = create<ThemeState>()((set) => ({
  theme: "system",
  async load() {
    try {
      set({ theme: (await call("get_settings", {})).theme });
    } catch {
      // The settings page says what is wrong with the settings; the theme stays as it is.
    }
  },
  async setTheme(theme) {
    set({ theme });
    try {
      const settings = await call("get_settings", {});
      await call("save_settings", { settings: { ...settings, theme } });
    } catch (cause) {
      toastError(asCoreError(cause));
    }
  },
}));
