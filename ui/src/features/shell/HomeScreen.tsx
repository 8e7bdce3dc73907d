/** The list of workflows under the application's own header. */
import { IconCommand, IconSettings } from "@tabler/icons-react";
import { IconAction } from "../../components/IconAction";
import { Logo } from "../../components/Logo";
import { useNavigation } from "../../state/navigation";
import { Workflows } from "../workflows/Workflows";
import { openCommandPalette } from "./CommandPalette";
import classes from "./Header.module.css";
import { ThemeMenu } from "./ThemeMenu";

/** The first screen. */
export function HomeScreen() {
  return (
    <div className={classes.screen}>
      <header className={classes.header}>
        <div className={classes.brand}>
          <Logo size={22} />
          Bridge
        </div>
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
      <Workflows />
    </div>
  );
}
