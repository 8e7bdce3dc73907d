/** Runs of all workflows, on the first screen. */
import { RunList } from "./RunList";
import classes from "./RunsScreen.module.css";

/** The page. */
export function RunsScreen() {
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <h1 className={classes.title}>Runs</h1>
        <div className={classes.table}>
          <RunList />
        </div>
      </div>
    </div>
  );
}
