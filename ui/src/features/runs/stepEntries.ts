/** The rows of the list of steps. Pure. */
import type { NodeId } from "../../bindings/NodeId";
import type { StepStatus } from "../../bindings/StepStatus";
import type { StepSummary } from "../../bindings/StepSummary";
import type { NodeRun } from "../../state/runView";

/** One row: a node's only step, all its rounds together, or one of the rounds. */
export interface StepEntry {
  /** For all rounds together: the newest one. */
  readonly step: StepSummary;
  readonly status: StepStatus;
  /** Steps the row stands for. */
  readonly count: number;
  /** The round, for a row below the one of its node; null otherwise. */
  readonly inside: readonly number[] | null;
  readonly unfolded: boolean;
}

/** Rows in the order the nodes began, with the rounds of unfolded nodes below. */
export function stepEntries(
  steps: ReadonlyMap<number, StepSummary>,
  nodes: ReadonlyMap<NodeId, NodeRun>,
  unfolded: ReadonlySet<NodeId>,
): StepEntry[] {
  const rounds = new Map<NodeId, StepSummary[]>();
  const ordered = [...steps.values()].sort((a, b) => a.step - b.step);
  for (const step of ordered) {
    const known = rounds.get(step.node_id);
    if (known) known.push(step);
    else rounds.set(step.node_id, [step]);
  }
  const entries: StepEntry[] = [];
  for (const [id, all] of rounds) {
    const newest = all[all.length - 1];
    if (!newest) continue;
    const open = all.length > 1 && unfolded.has(id);
    const status = nodes.get(id)?.status ?? newest.status;
    entries.push({ step: newest, status, count: all.length, inside: null, unfolded: open });
    if (!open) continue;
    for (const step of all) {
      entries.push({ step, status: step.status, count: 1, inside: step.iteration, unfolded: false });
    }
  }
  return entries;
}
