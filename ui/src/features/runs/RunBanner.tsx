/** Says that the canvas shows a past run on the version that ran, with the ways on from there. */
import { Button } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { fullTime } from "../../components/times";
import { useEditor } from "../../state/editor";
import { retry } from "../../state/runCommands";
import { useRuns } from "../../state/runs";
import classes from "./RunBanner.module.css";

/** The banner, while a past run is shown. */
export function RunBanner() {
  const past = useRuns((state) => state.past);
  const run = useRuns((state) => state.view.run);
  const active = useEditor((state) => state.workflow?.active_version);
  if (!past || !run) return null;
  const isCurrent = active === run.version_number;
  const canRetry = run.status === "error" || run.status === "canceled";
  return (
    <div className={classes.banner} role="status">
      <IconHistory size={16} aria-hidden />
      <span className={classes.text}>
        Run of {fullTime(run.started_at)} on version {run.version_number}
        {isCurrent ? ", the current one" : ""}
      </span>
      {canRetry && !isCurrent && (
        <Button size="compact-sm" variant="default" onClick={() => void retry(run.id, false)}>
          Retry with this version
        </Button>
      )}
      {canRetry && (
        <Button size="compact-sm" variant="default" onClick={() => void retry(run.id, true)}>
          {isCurrent ? "Retry" : "Retry with the current version"}
        </Button>
      )}
      <Button size="compact-sm" onClick={() => useRuns.getState().backToNow()}>
        Back to now
      </Button>
    </div>
  );
}
