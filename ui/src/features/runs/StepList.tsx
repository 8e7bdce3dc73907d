/** The steps of the shown run in their order; what ran several times in a row of rounds is one foldable entry. */
import { IconChevronDown, IconChevronRight, IconPinFilled, IconRepeat } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import type { NodeId } from "../../bindings/NodeId";
import type { StepSummary } from "../../bindings/StepSummary";
import { displayText } from "../../components/displayText";
import { counted, duration } from "../../components/durations";
import { RunState } from "../../components/RunState";
import { VirtualRows } from "../../components/VirtualRows";
import { useEditor } from "../../state/editor";
import { usePins } from "../../state/pins";
import { useRuns } from "../../state/runs";
import type { StepLog } from "../../state/stepLog";
import { selectStep } from "../../state/stepSelection";
import { Elapsed } from "./Elapsed";
import classes from "./StepList.module.css";
import { type StepEntry, stepEntries } from "./stepEntries";

const ROW = 32;

/** The list. */
export function StepList() {
  const steps = useRuns((state) => state.view.steps);
  const nodes = useRuns((state) => state.view.nodes);
  const selected = useRuns((state) => state.selected);
  const [unfolded, setUnfolded] = useState<ReadonlySet<NodeId>>(new Set());
  const entries = useMemo(() => stepEntries(steps, nodes, unfolded), [steps, nodes, unfolded]);
  const toggle = (id: NodeId) =>
    setUnfolded((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const at = entries.findIndex(({ step, inside }) => step.step === selected && !(inside === null));
  const here = at >= 0 ? at : entries.findIndex(({ step }) => step.node_id === nodeOf(steps, selected));
  // Not at each event: that would be a layout for each frame of a run.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row is selected
  useEffect(() => {
    document.querySelector("[data-step-selected]")?.scrollIntoView({ block: "nearest" });
  }, [here, selected]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows move between the rows inside
    <div
      className={classes.steps}
      onKeyDown={(event) => {
        const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
        const next = entries[here + by];
        if (by === 0 || !next) return;
        event.preventDefault();
        selectStep(next.step.step);
        requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-step-selected]")?.focus());
      }}
    >
      <VirtualRows
        label="Steps of the run"
        count={entries.length}
        height={ROW}
        row={(index) => {
          const entry = entries[index];
          return entry && <Row entry={entry} selected={index === here} toggle={toggle} />;
        }}
      />
    </div>
  );
}

function nodeOf(steps: StepLog, selected: number | null): NodeId | undefined {
  return selected === null ? undefined : steps.get(selected)?.node_id;
}

interface RowProps {
  entry: StepEntry;
  selected: boolean;
  toggle(node: NodeId): void;
}

function Row({ entry, selected, toggle }: RowProps) {
  const { step, status, count, inside, unfolded } = entry;
  const label = useEditor((state) => nodeLabel(state, step.node_id)) ?? step.error?.node_label ?? step.node_id;
  const pinned = usePins((state) => state.pins.has(step.node_id));
  const done = useRuns((state) => state.view.progress.get(step.step));
  const name = inside === null ? displayText(label, 120) : `Round ${inside.map((round) => round + 1).join(".")}`;
  return (
    <div className={classes.row} data-inside={inside !== null || undefined} data-selected={selected || undefined}>
      {count > 1 && inside === null ? (
        <button
          type="button"
          className={classes.fold}
          aria-label={unfolded ? "Fold the rounds" : "Unfold the rounds"}
          aria-expanded={unfolded}
          onClick={() => toggle(step.node_id)}
        >
          {unfolded ? <IconChevronDown size={13} /> : <IconChevronRight size={13} />}
        </button>
      ) : (
        <span className={classes.fold} />
      )}
      <button
        type="button"
        className={classes.step}
        aria-current={selected || undefined}
        data-step-selected={selected || undefined}
        data-testid="step"
        tabIndex={selected ? 0 : -1}
        onClick={() => selectStep(step.step)}
      >
        <RunState status={status} size={15} />
        <bdi className={classes.name} title={name}>
          {name}
        </bdi>
        {count > 1 && inside === null && <span className={classes.rounds}>×{count}</span>}
        {pinned && step.reused ? <IconPinFilled size={12} aria-label="Pinned" /> : null}
        {!pinned && step.reused ? <IconRepeat size={12} aria-label="Reused" /> : null}
        <span className={classes.detail}>
          {done === undefined ? <ItemCount step={step} /> : `${done.toLocaleString("en")} so far`}
        </span>
        <span className={classes.time}>
          {step.duration_ms === null && step.status !== "unknown" ? (
            <Elapsed since={step.started_at} />
          ) : (
            timeText(step)
          )}
        </span>
      </button>
    </div>
  );
}

/** Name of a node in what the canvas shows. */
export function nodeLabel(
  { graph, preview }: ReturnType<typeof useEditor.getState>,
  nodeId: NodeId,
): string | undefined {
  const node = preview ? preview.definition.nodes.find(({ id }) => id === nodeId) : graph.nodes.get(nodeId);
  return node?.data.label;
}

/** What was not executed took no time worth showing. */
function timeText({ duration_ms, reused }: StepSummary): string {
  return reused || duration_ms === null ? "" : duration(duration_ms);
}

function ItemCount({ step: { outputs, status } }: { step: StepSummary }) {
  const items = outputs.reduce((sum, output) => sum + output.items, 0);
  if (status !== "success" && items === 0) return null;
  const [number, ...unit] = counted(items, "item").split(" ");
  return (
    <span title={counted(items, "item")}>
      {number}
      <span className={classes.unit}> {unit.join(" ")}</span>
    </span>
  );
}
