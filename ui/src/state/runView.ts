/**
 * A run as the window shows it: one pure reducer for a snapshot and for the events of a run that goes on. Each node's
 * part keeps its identity until something about that node changes, so that an event costs one node and not the canvas.
 */
import type { NodeId } from "../bindings/NodeId";
import type { RunDetail } from "../bindings/RunDetail";
import type { RunEvent } from "../bindings/RunEvent";
import type { RunStatus } from "../bindings/RunStatus";
import type { RunSummary } from "../bindings/RunSummary";
import type { StepStatus } from "../bindings/StepStatus";
import type { StepSummary } from "../bindings/StepSummary";
import { StepLog } from "./stepLog";

/** What all steps of one node come to. */
export interface NodeRun {
  /** What the node shows: the most urgent state any of its steps is in. */
  readonly status: StepStatus;
  /** The first and the newest step. */
  readonly first: number;
  readonly latest: number;
  /** Steps by state. */
  readonly tally: Readonly<Partial<Record<StepStatus, number>>>;
  /** Steps in all. */
  readonly count: number;
  /** Steps whose output was taken over or pinned. */
  readonly reused: number;
  /** Items put out, by output, over all steps. */
  readonly items: Readonly<Record<string, number>>;
}

/** A run with its steps. */
export interface RunView {
  readonly run: RunSummary | null;
  readonly steps: StepLog;
  readonly nodes: ReadonlyMap<NodeId, NodeRun>;
  /** Items done so far, by step in flight. */
  readonly progress: ReadonlyMap<number, number>;
}

/** No run. */
export const NO_RUN: RunView = { run: null, steps: StepLog.EMPTY, nodes: new Map(), progress: new Map() };

const ENDED: ReadonlySet<RunStatus> = new Set(["success", "error", "canceled"]);
/** First the state that says most about a node with several steps. */
const URGENCY: readonly StepStatus[] = ["unknown", "running", "waiting", "error", "canceled", "success", "skipped"];

/** Whether nothing more happens in a run. */
export function hasEnded(run: RunSummary): boolean {
  return ENDED.has(run.status);
}

/** A run as it was read. */
export function fromDetail({ run, steps }: RunDetail): RunView {
  return applyEvents(NO_RUN, [{ type: "run", run }, ...steps.map((step): RunEvent => ({ type: "step", step }))]);
}

/** The run after more events. The same event twice changes nothing. */
export function applyEvents(view: RunView, events: readonly RunEvent[]): RunView {
  if (events.length === 0) return view;
  const changed = new Map<number, StepSummary>();
  const known = (step: number) => changed.get(step) ?? view.steps.get(step);
  const nodes = new Map(view.nodes);
  const progress = new Map(view.progress);
  let { run } = view;
  for (const event of events) {
    if (event.type === "run") {
      run = event.run;
    } else if (event.type === "progress") {
      if (known(event.step)?.status === "running") progress.set(event.step, event.items);
    } else {
      const { step } = event;
      const before = known(step.step);
      changed.set(step.step, step);
      nodes.set(step.node_id, withStep(nodes.get(step.node_id), before, step));
      if (step.status !== "running") progress.delete(step.step);
    }
  }
  const steps = changed.size === 0 ? view.steps : view.steps.with(changed.values());
  return { run, steps, nodes, progress };
}

/** What a node's steps come to when one of them is new or has changed. */
function withStep(node: NodeRun | undefined, before: StepSummary | undefined, step: StepSummary): NodeRun {
  const tally = { ...node?.tally };
  const items = { ...node?.items };
  let count = node?.count ?? 0;
  let reused = node?.reused ?? 0;
  if (before) {
    add(tally, before.status, -1);
    for (const output of before.outputs) add(items, output.port, -output.items);
    if (before.reused) reused -= 1;
  } else {
    count += 1;
  }
  add(tally, step.status, 1);
  for (const output of step.outputs) add(items, output.port, output.items);
  if (step.reused) reused += 1;
  const status = URGENCY.find((candidate) => tally[candidate] !== undefined) ?? step.status;
  const first = Math.min(node?.first ?? step.step, step.step);
  return { status, first, latest: Math.max(node?.latest ?? 0, step.step), tally, count, reused, items };
}

/** Adds to a number; one that comes to nothing is left out. */
function add<K extends string>(numbers: Partial<Record<K, number>>, key: K, by: number): void {
  const sum = (numbers[key] ?? 0) + by;
  if (sum === 0) delete numbers[key];
  else numbers[key] = sum;
}

/** The step that a person has to look at first: one that asks, then the one that failed, then the newest. */
export function stepToShow({ run, steps, nodes }: RunView): number | null {
  let asking: number | null = null;
  let failed: number | null = null;
  let last: number | null = null;
  for (const { step, status } of steps.values()) {
    if (status === "unknown") asking ??= step;
    if (status === "error" && (failed === null || step < failed)) failed = step;
    if (last === null || step > last) last = step;
  }
  const named = run?.error ? nodes.get(run.error.node_id) : undefined;
  return asking ?? failed ?? named?.latest ?? last;
}
