/** What the twin keeps of runs: the runs with their items, pins, grants, and what tests want to happen in them. */
import type { Error as CoreError } from "../../../bindings/Error";
import type { Grant } from "../../../bindings/Grant";
import type { Item } from "../../../bindings/Item";
import type { NodeId } from "../../../bindings/NodeId";
import type { Pin } from "../../../bindings/Pin";
import type { RunEvent } from "../../../bindings/RunEvent";
import type { RunId } from "../../../bindings/RunId";
import type { RunScope } from "../../../bindings/RunScope";
import type { RunSummary } from "../../../bindings/RunSummary";
import type { RunTrigger } from "../../../bindings/RunTrigger";
import type { StepDecision } from "../../../bindings/StepDecision";
import type { StepError } from "../../../bindings/StepError";
import type { StepSummary } from "../../../bindings/StepSummary";
import type { WorkflowId } from "../../../bindings/WorkflowId";
import type { Graph } from "../../../graph/graph";
import { coreError, type World } from "../world";

/** Items by output. */
export type Outputs = Readonly<Record<string, readonly Item[]>>;

/** A step with its data. */
export interface RecordedStep {
  summary: StepSummary;
  inputs: readonly (readonly Item[])[];
  outputs: Outputs;
}

/** A run with all it did. */
export interface RecordedRun {
  summary: RunSummary;
  readonly graph: Graph;
  readonly scope: RunScope;
  /** What the trigger puts out. */
  readonly input: readonly Item[] | undefined;
  readonly trigger: NodeId | undefined;
  readonly steps: RecordedStep[];
  readonly log: RunEvent[];
  readonly listeners: Set<(events: RunEvent[]) => void>;
  readonly stop: AbortController;
  /** Answers the question about a step whose outcome is unknown. */
  decide: ((decision: StepDecision) => void) | null;
  /** Whether its data was given up to make room. */
  dropped: boolean;
  /** Settles after the last event. */
  finished: Promise<void>;
}

/** A failure as a test describes it: the error, and what else is known. */
export type Failure = Partial<Omit<StepError, "error">> & { error: Partial<CoreError> & { message: string } };

/** Runs of one twin, and what tests do to them. */
export class Runs {
  readonly runs = new Map<RunId, RecordedRun>();
  readonly pins = new Map<WorkflowId, Map<NodeId, Pin>>();
  readonly grants = new Map<WorkflowId, Grant[]>();
  readonly active = new Set<WorkflowId>();
  /** Addresses of webhooks and forms, by node. */
  readonly addresses = new Map<NodeId, string>();
  /** Results of nodes, by what led to them: what a run to a node uses instead of executing. */
  readonly journal = new Map<string, Outputs>();
  /** Milliseconds a step takes. */
  pace = 60;
  /** Milliseconds a waiting step waits. */
  waits = 400;
  /** Starts a run in the background, as a trigger does. Set by the commands on runs. */
  triggered: (id: WorkflowId, trigger: RunTrigger) => RunId = () => "";
  private readonly failures = new Map<NodeId, Failure[]>();
  private readonly given = new Map<NodeId, readonly Item[]>();
  private readonly interrupted = new Set<NodeId>();

  constructor(private readonly world: World) {}

  /** The next time the node runs, it fails like this. */
  failNext(nodeId: NodeId, failure: Failure): void {
    this.failures.set(nodeId, [...(this.failures.get(nodeId) ?? []), failure]);
  }

  /** The node puts these items out by its first output, whatever arrives. */
  give(nodeId: NodeId, items: readonly Item[]): void {
    this.given.set(nodeId, items);
  }

  /** The next time the node runs, nobody knows what came of it. */
  interruptNext(nodeId: NodeId): void {
    this.interrupted.add(nodeId);
  }

  /** Takes the failure a test has ordered. */
  takeFailure(nodeId: NodeId): Failure | undefined {
    return this.failures.get(nodeId)?.shift();
  }

  /** Whether a test has ordered an unknown outcome; says so once. */
  takeInterruption(nodeId: NodeId): boolean {
    return this.interrupted.delete(nodeId);
  }

  /** The items a test has ordered. */
  itemsFor(nodeId: NodeId): readonly Item[] | undefined {
    return this.given.get(nodeId);
  }

  /** A run, or `not_found`. */
  run(id: RunId): RecordedRun {
    const found = this.runs.get(id);
    if (!found) throw coreError("not_found", "This run is no longer kept.", "Choose another run.");
    return found;
  }

  /** Pinned items of a workflow's nodes. */
  pinsOf(id: WorkflowId): Map<NodeId, Pin> {
    this.world.workflow(id);
    const found = this.pins.get(id) ?? new Map<NodeId, Pin>();
    this.pins.set(id, found);
    return found;
  }

  /** Runs of a workflow, or of all, newest first. */
  newestFirst(id: WorkflowId | undefined): RecordedRun[] {
    return [...this.runs.values()].reverse().filter(({ summary }) => id === undefined || summary.workflow_id === id);
  }
}

const known = new WeakMap<World, Runs>();

/** The runs of a twin. */
export function runsOf(world: World): Runs {
  const found = known.get(world) ?? new Runs(world);
  known.set(world, found);
  return found;
}
