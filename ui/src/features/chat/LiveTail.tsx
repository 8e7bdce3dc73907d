/** What stands below an answer while it is written: its changes as they arrive, and how it goes. */
import { Loader } from "@mantine/core";
import { IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import { memo, useEffect, useState } from "react";
import { useActiveProvider } from "../../state/settings";
import { type LiveAction, type LiveTurn, unexamined } from "../../state/turn";
import classes from "./MessageList.module.css";

/** Waiting longer than this is said in seconds, in milliseconds. */
const LONG_MS = 1000;

/** Below the text of a running turn. */
export function LiveTail({ live }: { live: LiveTurn }) {
  return (
    <>
      {live.actions.length > 0 && <LiveActions actions={live.actions} />}
      <Progress live={live} />
    </>
  );
}

/** Changes that are complete, before they can be decided on. The newest are shown. */
const LiveActions = memo(function LiveActions({ actions }: { actions: readonly LiveAction[] }) {
  const shown = actions.slice(-8);
  const before = actions.length - shown.length;
  return (
    <ul className={classes.liveActions} aria-label="Changes so far">
      {before > 0 && <li className={classes.dimmed}>{before} more before these</li>}
      {shown.map((action) => (
        <li key={action.index}>
          {action.problems.length > 0 ? (
            <IconAlertTriangle size={14} aria-label="Has problems" className={classes.warning} />
          ) : (
            <IconPlus size={14} aria-hidden />
          )}
          <span>{unexamined(action).title}</span>
        </li>
      ))}
    </ul>
  );
});

/** What is going on, and for how long once it takes more than a second. */
function Progress({ live }: { live: LiveTurn }) {
  const provider = useActiveProvider();
  const waited = useWaited();
  const seconds = waited > LONG_MS ? ` ${Math.floor(waited / 1000)} s` : "";
  return (
    <div className={classes.progress}>
      <Loader size={12} type="dots" aria-hidden />
      <span>
        {stateOf(live, provider?.name ?? "the assistant")}
        <span className={classes.seconds}>{seconds}</span>
      </span>
    </div>
  );
}

function stateOf(live: LiveTurn, provider: string): string {
  if (live.stopping) return "Stopping…";
  if (live.resets > 0 && live.content === "") return `Checking and correcting the answer (attempt ${live.resets + 1})…`;
  if (live.content === "" && live.reasoning === "") return `Asking ${provider}…`;
  if (live.content === "") return "Thinking…";
  return live.actions.length > 0 ? "Writing the changes…" : "Writing…";
}

/** Time since the answer was asked for, in milliseconds; moves four times a second. */
function useWaited(): number {
  const [started] = useState(() => performance.now());
  const [waited, setWaited] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setWaited(performance.now() - started), 250);
    return () => clearInterval(timer);
  }, [started]);
  return waited;
}
