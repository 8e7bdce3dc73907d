/** Below the canvas: the shown run with its steps and their items, and the list of past runs. */
import { Button, SegmentedControl, Text, VisuallyHidden } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconEraser } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { RunSummary } from "../../bindings/RunSummary";
import { displayText } from "../../components/displayText";
import { counted, duration } from "../../components/durations";
import { IconAction } from "../../components/IconAction";
import { RUN_LOOKS, RunState } from "../../components/RunState";
import { timeAgo } from "../../components/times";
import { useEditor } from "../../state/editor";
import { useLiveRuns } from "../../state/liveRuns";
import { usePanels } from "../../state/panels";
import { usePins } from "../../state/pins";
import { useRuns } from "../../state/runs";
import { hasEnded } from "../../state/runView";
import { followSelection } from "../../state/stepSelection";
import { Elapsed } from "./Elapsed";
import { RefusalCard } from "./RefusalCard";
import { RunList } from "./RunList";
import classes from "./RunPanel.module.css";
import { RunPanelEdge } from "./RunPanelEdge";
import { nodeLabel, StepList } from "./StepList";
import { StepView } from "./StepView";
import { useRunCommands } from "./useRunCommands";

/** The panel: a bar, and below it the steps while it is open. */
export function RunPanel() {
  const workflowId = useEditor((state) => state.workflow?.id);
  const open = usePanels((state) => state.runPanelOpen === true);
  const height = usePanels((state) => state.runPanelHeight);
  const [tab, setTab] = useState("steps");
  useRunCommands();
  useEffect(() => (workflowId === undefined ? undefined : useRuns.getState().open(workflowId)), [workflowId]);
  useEffect(() => (workflowId === undefined ? undefined : useLiveRuns.getState().open(workflowId)), [workflowId]);
  useEffect(() => void (workflowId === undefined ? undefined : usePins.getState().load(workflowId)), [workflowId]);
  useEffect(followSelection, []);
  if (workflowId === undefined) return null;
  return (
    <section
      className={classes.panel}
      aria-label="Run"
      id="run-panel"
      tabIndex={-1}
      style={open ? { height } : undefined}
    >
      {open && <RunPanelEdge />}
      <Bar open={open} tab={tab} setTab={setTab} />
      {open && <RefusalCard />}
      {open && (tab === "steps" ? <Steps /> : <RunList workflowId={workflowId} onOpened={() => setTab("steps")} />)}
    </section>
  );
}

function Bar({ open, tab, setTab }: { open: boolean; tab: string; setTab(tab: string): void }) {
  const shown = useRuns((state) => state.view.run !== null && !state.past);
  const { setRunPanelOpen } = usePanels.getState();
  return (
    <header className={classes.bar}>
      <button type="button" className={classes.toggle} aria-expanded={open} onClick={() => setRunPanelOpen(!open)}>
        {open ? <IconChevronDown size={15} /> : <IconChevronUp size={15} />}
        <VisuallyHidden>{open ? "Close the run panel." : "Open the run panel."}</VisuallyHidden>
        <span className={classes.title}>Run</span>
        <Status />
      </button>
      {open && (
        <SegmentedControl
          size="xs"
          aria-label="What the panel shows"
          value={tab}
          onChange={setTab}
          data={[
            { value: "steps", label: "Steps" },
            { value: "runs", label: "All runs" },
          ]}
        />
      )}
      {open && (
        <IconAction
          label="Take the run off the canvas"
          size={24}
          disabled={!shown}
          onClick={() => useRuns.getState().clear()}
        >
          <IconEraser size={15} />
        </IconAction>
      )}
    </header>
  );
}

/** How the run is, in one line. */
function Status() {
  const run = useRuns((state) => state.view.run);
  const label = useEditor((state) => {
    const { view } = useRuns.getState();
    const current = view.steps.last;
    return run?.status === "running" && current ? nodeLabel(state, current.node_id) : undefined;
  });
  const steps = useRuns((state) => state.view.steps.size);
  const last = useRuns((state) => state.last);
  if (!run) return <span className={classes.status}>{last ? lastText(last) : "Nothing has run yet"}</span>;
  return (
    <span className={classes.status}>
      <RunState status={run.status} size={15} />
      {RUN_LOOKS[run.status].text}
      {run.duration_ms !== null && ` in ${duration(run.duration_ms)}`}
      {` · ${counted(Math.max(steps, run.step_count), "step")}`}
      {label !== undefined && ` · ${displayText(label, 60)}`}
      {!hasEnded(run) && run.status !== "unknown" && (
        <span className={classes.elapsed}>
          <Elapsed since={run.started_at} />
        </span>
      )}
    </span>
  );
}

function lastText({ status, started_at }: RunSummary): string {
  return `Last run ${timeAgo(started_at)}: ${RUN_LOOKS[status].text.toLowerCase()}`;
}

/** Before a run is shown: what will be here, and the way to the run there was. */
function NoRun() {
  const last = useRuns((state) => state.last);
  return (
    <div className={classes.nothing}>
      <Text size="sm" c="dimmed">
        Run the workflow to see each step here, with what arrived and what it put out.
      </Text>
      {last && (
        <Button mt="xs" size="compact-sm" variant="default" onClick={() => void useRuns.getState().openPast(last.id)}>
          Show the last run
        </Button>
      )}
    </div>
  );
}

function Steps() {
  const run = useRuns((state) => state.view.run);
  const step = useRuns((state) => (state.selected === null ? undefined : state.view.steps.get(state.selected)));
  const isEmpty = useRuns((state) => state.view.steps.size === 0);
  if (!run) return <NoRun />;
  if (isEmpty) {
    return (
      <Text size="sm" c="dimmed" className={classes.nothing}>
        No step has begun yet.
      </Text>
    );
  }
  return (
    <div className={classes.body}>
      <div className={classes.side}>
        <StepList />
      </div>
      {step ? (
        <StepView run={run} step={step} />
      ) : (
        <Text size="sm" c="dimmed" className={classes.nothing}>
          Choose a step.
        </Text>
      )}
    </div>
  );
}
