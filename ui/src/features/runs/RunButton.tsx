/** Runs the open workflow; while it runs, cancels it. The end is said to screen readers. */
import { Button, Menu, VisuallyHidden } from "@mantine/core";
import { IconBraces, IconChevronDown, IconPlayerPlayFilled, IconPlayerStopFilled } from "@tabler/icons-react";
import { type MouseEvent, useEffect, useMemo, useRef, useState } from "react";
import type { NodeId } from "../../bindings/NodeId";
import { displayText } from "../../components/displayText";
import { counted, duration } from "../../components/durations";
import { Keys } from "../../components/Keys";
import { RUN_LOOKS } from "../../components/RunState";
import { useEditor } from "../../state/editor";
import { runAll, useIsRunning } from "../../state/runCommands";
import { useRuns } from "../../state/runs";
import { hasEnded } from "../../state/runView";
import { Elapsed } from "./Elapsed";
import { InputDialog } from "./InputDialog";
import classes from "./RunButton.module.css";

/** The button with its menu. */
export function RunButton() {
  const opened = useEditor((state) => state.workflow !== null);
  const running = useIsRunning();
  if (!opened) return null;
  return (
    <>
      {running ? <CancelButton /> : <Start />}
      <EndAnnouncer />
    </>
  );
}

function Start() {
  const graph = useEditor((state) => state.graph);
  const triggers = useMemo(() => [...graph.nodes.values()].filter(({ type }) => type === "trigger"), [graph]);
  const [input, setInput] = useState<{ trigger: NodeId | undefined } | null>(null);
  const empty = graph.nodes.size === 0;
  const several = triggers.length > 1;
  return (
    <div className={classes.split}>
      <Button
        className={classes.run}
        size="compact-sm"
        leftSection={<IconPlayerPlayFilled size={12} />}
        title="Run the workflow (Ctrl Enter)"
        disabled={empty}
        onClick={once(() => void runAll())}
      >
        Run
      </Button>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button className={classes.more} size="compact-sm" aria-label="Ways to run" disabled={empty}>
            <IconChevronDown size={14} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPlayerPlayFilled size={13} />}
            rightSection={<Keys keys="mod+Enter" />}
            onClick={() => void runAll()}
          >
            Run
          </Menu.Item>
          <Menu.Item leftSection={<IconBraces size={15} />} onClick={() => setInput({ trigger: undefined })}>
            Run with input…
          </Menu.Item>
          {several && (
            <>
              <Menu.Divider />
              <Menu.Label>Start at a trigger</Menu.Label>
              {triggers.slice(0, 20).map(({ id, data }) => (
                <Menu.Item key={id} onClick={() => void runAll(id)}>
                  <bdi>{displayText(data.label, 60)}</bdi>
                </Menu.Item>
              ))}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {input && <InputDialog trigger={input.trigger} onClose={() => setInput(null)} />}
    </div>
  );
}

function CancelButton() {
  const run = useRuns((state) => state.view.run);
  const [asked, setAsked] = useState(false);
  const under = run !== null && !hasEnded(run);
  const cancel = once(() => {
    setAsked(true);
    void useRuns.getState().cancel();
  });
  return (
    <Button
      className={classes.cancel}
      size="compact-sm"
      variant="default"
      disabled={asked || !under}
      leftSection={<IconPlayerStopFilled size={12} />}
      title="Cancel the run (Ctrl .)"
      onClick={cancel}
    >
      {asked ? "Cancelling…" : "Cancel"}
      {under && run.status !== "unknown" && (
        <span className={classes.elapsed}>
          <Elapsed since={run.started_at} />
        </span>
      )}
    </Button>
  );
}

/** One button takes the place of the other: the second click of a double click must not undo the first. */
function once(act: () => void) {
  return ({ detail }: MouseEvent) => {
    if (detail < 2) act();
  };
}

/** Says once how a run has ended. */
function EndAnnouncer() {
  const run = useRuns((state) => state.view.run);
  // Runs that begin by themselves are not said: they may be many.
  const past = useRuns((state) => state.past || state.live);
  const [text, setText] = useState("");
  const watched = useRef<string | null>(null);
  useEffect(() => {
    if (run === null || past) return;
    if (!hasEnded(run) && run.status !== "unknown") {
      watched.current = run.id;
      setText("The run has begun.");
      return;
    }
    if (watched.current !== run.id) return;
    watched.current = null;
    const took = run.duration_ms === null ? "" : ` after ${duration(run.duration_ms)}`;
    const failed = run.error ? ` ${run.error.node_label}: ${run.error.error.message}` : "";
    setText(
      `Run: ${RUN_LOOKS[run.status].text}${took}, ${counted(run.step_count, "step")}.${displayText(failed, 300)}`,
    );
  }, [run, past]);
  return (
    <VisuallyHidden role="status" aria-live="polite" data-testid="run-announcer">
      {text}
    </VisuallyHidden>
  );
}
