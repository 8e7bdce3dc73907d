/** The twin's runs: starting, watching, reading and deleting them. */
import type { Item } from "../../../bindings/Item";
import type { NodeId } from "../../../bindings/NodeId";
import type { RunEvent } from "../../../bindings/RunEvent";
import type { RunId } from "../../../bindings/RunId";
import type { RunRequest } from "../../../bindings/RunRequest";
import type { RunSummary } from "../../../bindings/RunSummary";
import type { RunTrigger } from "../../../bindings/RunTrigger";
import type { StepPage } from "../../../bindings/StepPage";
import type { WorkflowId } from "../../../bindings/WorkflowId";
import { fromDefinition, type Graph } from "../../../graph/graph";
import type { Part } from "../part";
import { coreError, invalidInput, type World } from "../world";
import { refuseIncomplete } from "./check";
import { endsOf, reachable } from "./order";
import { type Outputs, type RecordedRun, type Runs, runsOf } from "./recorded";
import { Simulation } from "./simulation";

/** Items in one page at most. */
const PAGE = 200;
const ENDED = new Set(["success", "error", "canceled"]);
/** States after which nothing is told until the user does something. */
const SETTLED = new Set([...ENDED, "unknown"]);

/** Commands on runs. */
export function runCommands(world: World): Part {
  const runs = runsOf(world);
  runs.triggered = (workflow_id, trigger) =>
    start(world, runs, { workflow_id, scope: { type: "whole" } }, trigger).summary.id;
  return {
    commands: {
      run_workflow: ({ request }) => start(world, runs, request).summary,
      cancel_run: ({ run_id }) => {
        runs.run(run_id).stop.abort();
        return null;
      },
      decide_step: ({ run_id, decision }) => {
        const run = runs.run(run_id);
        if (!run.decide) throw coreError("conflict", "This step does not wait for a decision.", "Look at it again.");
        run.decide(decision);
        return run.summary;
      },
      list_runs: ({ filter }) => {
        const all = runs.newestFirst(filter.workflow_id).map(({ summary }) => summary);
        const from = filter.before === undefined ? 0 : all.findIndex(({ id }) => id === filter.before) + 1;
        const fits = ({ status }: RunSummary) => filter.statuses.length === 0 || filter.statuses.includes(status);
        return all.slice(from).filter(fits).slice(0, filter.limit);
      },
      get_run: ({ run_id }) => {
        const { summary, steps, log } = runs.run(run_id);
        return { run: summary, steps: steps.slice(-2000).map((step) => step.summary), events: log.length };
      },
      delete_run: ({ run_id }) => {
        const { summary } = runs.run(run_id);
        if (!ENDED.has(summary.status)) throw coreError("conflict", "This run has not ended.", "Cancel it first.");
        runs.runs.delete(run_id);
        world.changed("run", summary.workflow_id);
        return null;
      },
      step_output: ({ step, port, first, count }) => {
        const { steps, dropped } = runs.run(step.run_id);
        return page(steps[step.step]?.outputs[port], first, count, dropped);
      },
      step_input: ({ step, input, first, count }) => {
        const { steps, dropped } = runs.run(step.run_id);
        return page(steps[step.step]?.inputs[input], first, count, dropped);
      },
    },
    watch: (runId, onEvents) => watch(runs.run(runId), onEvents),
  };
}

/** Hands over everything from the start until the run has ended or asks the user. */
function watch(run: RecordedRun, onEvents: (events: RunEvent[]) => void): Promise<void> {
  return new Promise((resolve) => {
    const tell = (events: RunEvent[]) => {
      onEvents(structuredClone(events));
      const last = events.at(-1);
      if (last?.type !== "run" || !SETTLED.has(last.run.status)) return;
      run.listeners.delete(tell);
      resolve();
    };
    run.listeners.add(tell);
    tell(run.log);
  });
}

function page(items: readonly Item[] = [], first: number, count: number, dropped: boolean): StepPage {
  const taken = dropped ? [] : items.slice(first, first + Math.min(count, PAGE));
  return { items: [...taken], first, total: items.length, cut: false, dropped };
}

function start(world: World, runs: Runs, request: RunRequest, trigger: RunTrigger = { type: "manual" }): RecordedRun {
  const entry = world.workflow(request.workflow_id);
  const again = request.scope.type === "retry" ? toRepeat(runs, request.scope.run_id, entry.workflow.id) : undefined;
  const older = request.scope.type === "retry" && !request.scope.active_version ? again : undefined;
  const version = older?.summary.version_number ?? entry.workflow.active_version;
  const graph = older?.graph ?? fromDefinition(world.version(entry, version).definition);
  const first = again?.trigger ?? triggerOf(graph, request.trigger_node);
  const wanted = wantedNodes(graph, request, first);
  const mode = trigger.type === "manual" ? "test" : "production";
  const isPinned = (id: NodeId) => mode === "test" && runs.pinsOf(entry.workflow.id).has(id);
  const { id, name } = entry.workflow;
  const executed = new Set([...wanted].filter((node) => !isPinned(node)));
  refuseIncomplete(world, { id, name, graph, trigger: first, mode }, executed);
  const summary: RunSummary = {
    id: world.id(),
    workflow_id: entry.workflow.id,
    workflow_name: entry.workflow.name,
    version_number: version,
    mode,
    trigger,
    status: "new",
    started_at: new Date().toISOString(),
    ended_at: null,
    duration_ms: null,
    error: null,
    retry_of: again?.summary.id ?? null,
    step_count: 0,
  };
  const run: RecordedRun = {
    summary,
    graph,
    scope: request.scope,
    input: request.input ?? again?.input,
    trigger: first,
    steps: [],
    log: [{ type: "run", run: structuredClone(summary) }],
    listeners: new Set(),
    stop: new AbortController(),
    decide: null,
    dropped: false,
    finished: Promise.resolve(),
  };
  const isByHand = trigger.type === "manual";
  const others = isByHand ? runs.newestFirst(summary.workflow_id).map((other) => other.finished) : [];
  runs.runs.set(summary.id, run);
  const simulation = new Simulation(world, runs, run, anewNodes(graph, request), takenOver(graph, again));
  run.finished = Promise.all(others).then(() => simulation.play(wanted));
  world.changed("run", summary.workflow_id, summary.id);
  return run;
}

/** A run that may be tried again: one of the same workflow, that has ended. */
function toRepeat(runs: Runs, runId: RunId, workflowId: WorkflowId): RecordedRun {
  const run = runs.run(runId);
  if (run.summary.workflow_id !== workflowId) {
    const message = "That run is one of another workflow.";
    throw invalidInput([{ path: "scope.run_id", code: "invalid_value", message }]);
  }
  if (run.summary.status === "unknown") {
    const message = "The run asks what to do about a step whose outcome is unknown.";
    throw coreError("conflict", message, "Decide on that step: the run goes on from there.");
  }
  if (!ENDED.has(run.summary.status)) {
    throw coreError("conflict", "The run has not ended yet.", "Wait until it has ended, or cancel it first.");
  }
  return run;
}

/** Where a run starts: the node that is asked for, else the manual trigger, else the first one. */
function triggerOf(graph: Graph, asked: NodeId | undefined): NodeId {
  const triggers = [...graph.nodes.values()].filter(({ type }) => type === "trigger");
  const found = asked ?? triggers.find(({ data }) => data.connector_id === "manual")?.id ?? triggers[0]?.id;
  const first = found ?? graph.nodes.keys().next().value;
  if (first === undefined || !graph.nodes.has(first)) {
    throw coreError("invalid_input", "There is nothing to run.", "Add a trigger or another node first.");
  }
  return first;
}

function wantedNodes(graph: Graph, { scope }: RunRequest, trigger: NodeId): Set<NodeId> {
  const { incoming, outgoing } = endsOf(graph);
  const all = reachable([trigger], outgoing, true);
  if (scope.type !== "to") return all;
  const leading = reachable([scope.node_id], incoming, false);
  return new Set([...all].filter((id) => leading.has(id)));
}

/** Nodes that are executed in any case. */
function anewNodes(graph: Graph, { scope }: RunRequest): Set<NodeId> {
  if (scope.type === "to") return new Set([scope.node_id]);
  if (scope.type === "from") return reachable([scope.node_id], endsOf(graph).outgoing, true);
  return new Set(graph.nodes.keys());
}

/** What a retry does not do again: the finished steps of nodes that are as they were. */
function takenOver(graph: Graph, again: RecordedRun | undefined): Map<NodeId, Outputs> {
  const taken = new Map<NodeId, Outputs>();
  for (const { summary, outputs } of again?.steps ?? []) {
    const before = again?.graph.nodes.get(summary.node_id);
    const now = graph.nodes.get(summary.node_id);
    if (summary.status === "success" && JSON.stringify(before?.data) === JSON.stringify(now?.data)) {
      taken.set(summary.node_id, outputs);
    }
  }
  return taken;
}
