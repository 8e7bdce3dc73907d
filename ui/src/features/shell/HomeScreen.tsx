/** The list of workflows, of all runs or of data tables, under the application's own header. */
import { SegmentedControl } from "@mantine/core";
import { IconCommand, IconSettings } from "@tabler/icons-react";
import { IconAction } from "../../components/IconAction";
import { Logo } from "../../components/Logo";
import { useNavigation } from "../../state/navigation";
import { RunsScreen } from "../runs/RunsScreen";
import { TablesScreen } from "../tables/TablesScreen";
import { Workflows } from "../workflows/Workflows";
import { openCommandPalette } from "./CommandPalette";
import classes from "./Header.module.css";
import { ThemeMenu } from "./ThemeMenu";

/** The first screen. */
export function HomeScreen() {
  const place = useNavigation((state) => state.place);
  const { goHome, goToRuns, goToTables } = useNavigation.getState();
  const go: Record<string, () => void> = { workflows: goHome, runs: goToRuns, tables: goToTables };
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
          value={place.name}
          onChange={(chosen) => go[chosen]?.()}
          data={[
            { value: "workflows", label: "Workflows" },
            { value: "runs", label: "Runs" },
            { value: "tables", label: "Data tables" },
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
      {place.name === "runs" ? <RunsScreen /> : place.name === "tables" ? <TablesScreen /> : <Workflows />}
    </div>
  );
}
