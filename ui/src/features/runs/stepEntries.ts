/** The rows of the list of steps. Pure. */
import type { NodeId } from "../../bindings/NodeId";
import type { StepStatus } from "../../bindings/StepStatus";
import type { StepSummary } from "../../bindings/StepSummary";
import type { NodeRun } from "../../state/runView";
import type { StepLog } from "../../state/stepLog";

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
  steps: StepLog,
  nodes: ReadonlyMap<NodeId, NodeRun>,
  unfolded: ReadonlySet<NodeId>,
): StepEntry[] {
  const rounds = roundsOf(steps, unfolded);
  const entries: StepEntry[] = [];
  for (const [id, { latest, count, status }] of [...nodes].sort(([, a], [, b]) => a.first - b.first)) {
    const newest = steps.get(latest);
    if (!newest) continue;
    const open = count > 1 && unfolded.has(id);
    entries.push({ step: newest, status, count, inside: null, unfolded: open });
    if (!open) continue;
    for (const step of rounds.get(id) ?? []) {
      entries.push({ step, status: step.status, count: 1, inside: step.iteration, unfolded: false });
    }
  }
  return entries;
}

/** The steps of some nodes; all steps are looked at only when there are such nodes. */
function roundsOf(steps: StepLog, wanted: ReadonlySet<NodeId>): Map<NodeId, StepSummary[]> {
  const rounds = new Map([...wanted].map((id): [NodeId, StepSummary[]] => [id, []]));
  if (rounds.size > 0) for (const step of steps.values()) rounds.get(step.node_id)?.push(step);
  return rounds;
}
