/** Turns key presses into commands, and offers those that always work. */
import { useEffect, useMemo } from "react";
import { commandFor, type UiCommand, useOfferedCommands } from "../../state/commands";
import { useNavigation } from "../../state/navigation";
import { usePanels } from "../../state/panels";
import { useTheme } from "../../state/theme";
import { useWorkflows } from "../../state/workflows";
import { openCommandPalette } from "./CommandPalette";

/** Listens to the keyboard for the whole window. */
export function useShortcuts(): void {
  useOfferedCommands(useMemo(() => [...windowCommands(), ...themeCommands()], []));
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const command = commandFor(event);
      if (command && command.run() !== false) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

function windowCommands(): UiCommand[] {
  const group = "Bridge";
  return [
    {
      id: "app.commands",
      label: "Commands",
      group,
      keys: ["mod+K"],
      inFields: true,
      keysOnly: true,
      run: openCommandPalette,
    },
    {
      id: "app.new",
      label: "New workflow",
      group,
      keys: ["mod+N"],
      inFields: true,
      run: async () => {
        const workflow = await useWorkflows.getState().create();
        if (workflow) useNavigation.getState().goToWorkflow(workflow.id);
      },
    },
    {
      id: "app.settings",
      label: "Settings",
      group,
      keys: ["mod+,"],
      inFields: true,
      run: () => useNavigation.getState().openSettings(),
    },
    {
      id: "app.help",
      label: "Keyboard shortcuts",
      group,
      keys: ["?", "F1"],
      run: () => usePanels.getState().setHelpOpen(true),
    },
  ];
}

function themeCommands(): UiCommand[] {
  return (["system", "light", "dark"] as const).map((theme) => ({
    id: `theme.${theme}`,
    label: `Theme: ${theme}`,
    group: "Bridge",
    run: () => useTheme.getState().setTheme(theme),
  }));
}
