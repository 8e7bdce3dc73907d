/** The list of workflows, or of all runs, under the application's own header. */
import { SegmentedControl } from "@mantine/core";
import { IconCommand, IconSettings } from "@tabler/icons-react";
import { IconAction } from "../../components/IconAction";
import { Logo } from "../../components/Logo";
import { useNavigation } from "../../state/navigation";
import { RunsScreen } from "../runs/RunsScreen";
import { Workflows } from "../workflows/Workflows";
import { openCommandPalette } from "./CommandPalette";
import classes from "./Header.module.css";
import { ThemeMenu } from "./ThemeMenu";

/** The first screen. */
export function HomeScreen() {
  const place = useNavigation((state) => state.place);
  const { goHome, goToRuns } = useNavigation.getState();
  return (
    <div className={classes.screen}>
      <header className={classes.header}>
        <div className={classes.brand}>
          <Logo size={22} />
          Bridge
        </div>
        <SegmentedControl
          size="xs"
          aria-label="What is listed"
          value={place.name === "runs" ? "runs" : "workflows"}
          onChange={(chosen) => (chosen === "runs" ? goToRuns() : goHome())}
          data={[
            { value: "workflows", label: "Workflows" },
            { value: "runs", label: "Runs" },
          ]}
        />
        <div className={classes.right}>
          <IconAction label="Commands" keys="mod+K" onClick={openCommandPalette}>
            <IconCommand size={17} />
          </IconAction>
          <ThemeMenu />
          <IconAction label="Settings" keys="mod+," onClick={() => useNavigation.getState().openSettings()}>
            <IconSettings size={17} />
          </IconAction>
        </div>
      </header>
      {place.name === "runs" ? <RunsScreen /> : <Workflows />}
    </div>
  );
}
