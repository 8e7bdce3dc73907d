/** The window: theme, screens, and what lies over them. */
import { MantineProvider, useMantineColorScheme } from "@mantine/core";
import { useEffect } from "react";
import { Region } from "../../components/Region";
import { AssistantSlot, NoticesSlot, SettingsSlot } from "../../slots";
import { useNavigation } from "../../state/navigation";
import { useTheme } from "../../state/theme";
import { cssVariables, theme } from "../../theme";
import { DropTarget } from "../exchange/DropTarget";
import classes from "./App.module.css";
import { CommandPalette } from "./CommandPalette";
import { EditorScreen } from "./EditorScreen";
import { HomeScreen } from "./HomeScreen";
import { ShortcutsHelp } from "./ShortcutsHelp";
import { Toasts } from "./Toasts";
import { useShortcuts } from "./useShortcuts";

/** The whole interface. */
export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <FollowTheme />
      <Shortcuts />
      <div className={classes.window}>
        <Region name="The list of notices">
          <NoticesSlot />
        </Region>
        <div className={classes.screen}>
          <Screen />
        </div>
      </div>
      <Region name="The settings">
        <SettingsSlot />
      </Region>
      <CommandPalette />
      <ShortcutsHelp />
      <Toasts />
      <DropTarget />
    </MantineProvider>
  );
}

function Screen() {
  const place = useNavigation((state) => state.place);
  if (place.name !== "editor") {
    return (
      <Region name="The list of workflows">
        <HomeScreen />
      </Region>
    );
  }
  return <EditorScreen key={place.workflowId} workflowId={place.workflowId} assistant={<AssistantSlot />} />;
}

function Shortcuts() {
  useShortcuts();
  return null;
}

/** Shows the theme of the settings. */
function FollowTheme() {
  const chosen = useTheme((state) => state.theme);
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => setColorScheme(chosen === "system" ? "auto" : chosen), [chosen, setColorScheme]);
  return null;
}
