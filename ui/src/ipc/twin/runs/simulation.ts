/** One run of the twin: nodes one after the other, each with its events, at the pace the tests ask for. */
import type { Item } from "../../../bindings/Item";
import type { Node } from "../../../bindings/Node";
import type { NodeId } from "../../../bindings/NodeId";
import type { RunEvent } from "../../../bindings/RunEvent";
import type { RunStatus } from "../../../bindings/RunStatus";
import type { StepDecision } from "../../../bindings/StepDecision";
import type { StepStatus } from "../../../bindings/StepStatus";
import { ERROR_OUTPUT } from "../../../graph/outputs";
import type { World } from "../world";
import { failureOf } from "./failures";
import { hash, pause } from "./journal";
import { type Ends, endsOf, inOrder, reachable } from "./order";
import type { Outputs, RecordedRun, RecordedStep, Runs } from "./recorded";
import { work } from "./work";

/** Steps with more items than this say how far they are. */
const TELLS_PROGRESS = 1000;

/** Items by input. */
type Arrived = readonly (readonly Item[])[];

/** How the rest of a run goes on after a node. */
type Going = "on" | "failed" | "stopped";

/** Plays a run from its beginning to its end. */
export class Simulation {
  private readonly ends: Ends;
  private readonly outputs = new Map<NodeId, Outputs>();
  private readonly keys = new Map<NodeId, string>();
  private readonly started = performance.now();

  constructor(
    private readonly world: World,
    private readonly runs: Runs,
    private readonly run: RecordedRun,
    /** Nodes that are executed even when the journal has their result. */
    private readonly anew: ReadonlySet<NodeId>,
    /** Finished results that are taken over, for a retry. */
    private readonly taken: ReadonlyMap<NodeId, Outputs>,
  ) {
    this.ends = endsOf(run.graph);
  }

  async play(wanted: ReadonlySet<NodeId>): Promise<void> {
    this.tell("running");
    const going = await this.playAll(inOrder(this.run.graph, this.ends, wanted), []);
    const failed = this.run.steps.some(({ summary }) => summary.status === "error");
    this.end(going === "stopped" ? "canceled" : going === "failed" || failed ? "error" : "success");
  }

  private async playAll(nodes: readonly Node[], iteration: number[]): Promise<Going> {
    const inside = new Set<NodeId>();
    for (const node of nodes) {
      if (inside.has(node.id)) continue;
      const inputs = this.inputsOf(node.id, inside);
      const isStart = node.id === this.run.trigger;
      if (!isStart && inputs.every((items) => items.length === 0)) continue;
      if (node.data.connector_id === "loop") {
        const body = this.bodyOf(node.id);
        for (const id of body) inside.add(id);
        const rounds = nodes.filter(({ id }) => body.has(id));
        const going = await this.loop(node, rounds, this.inputsOf(node.id, body), iteration);
        if (going !== "on") return going;
        continue;
      }
      const going = await this.step(node, isStart ? [this.run.input ?? [{ json: {} }]] : inputs, iteration);
      if (going !== "on") return going;
    }
    return "on";
  }

  private async loop(node: Node, body: readonly Node[], inputs: Arrived, iteration: number[]): Promise<Going> {
    const items = inputs.flat();
    const size = Number(node.data.config.batch_size ?? 1);
    const collected: Item[] = [];
    let round = 0;
    for (; round * size < items.length; round += 1) {
      const batch = items.slice(round * size, (round + 1) * size);
      const at = [...iteration, round];
      const going = await this.step(node, [batch], at, { loop: batch });
      if (going !== "on") return going;
      const inner = await this.playAll(body, at);
      if (inner !== "on") return inner;
      collected.push(...this.inputsOf(node.id, new Set()).slice(inputs.length).flat());
    }
    return this.step(node, [collected], [...iteration, round], { done: collected });
  }

  /** Nodes between the output `loop` of a loop and the loop. */
  private bodyOf(id: NodeId): Set<NodeId> {
    const first = (this.ends.outgoing.get(id) ?? []).filter((edge) => edge.source_handle === "loop");
    const body = new Set<NodeId>();
    const back = reachable([id], this.ends.incoming, false);
    for (const found of reachable(
      first.map((edge) => edge.target),
      this.ends.outgoing,
      true,
    )) {
      if (back.has(found) && found !== id) body.add(found);
    }
    return body;
  }

  private inputsOf(id: NodeId, without: ReadonlySet<NodeId>): Arrived {
    return (this.ends.incoming.get(id) ?? [])
      .filter((edge) => !without.has(edge.source))
      .map((edge) => {
        const outputs = this.outputs.get(edge.source) ?? {};
        return [...(outputs[edge.source_handle ?? Object.keys(outputs)[0] ?? ""] ?? [])];
      });
  }

  /** One execution of a node: from its start to its end, or to where the run cannot go on. */
  private async step(node: Node, inputs: Arrived, iteration: number[], given?: Outputs): Promise<Going> {
    const step = this.begin(node, inputs, iteration);
    if (this.run.stop.signal.aborted) return this.stopped(step);
    const known = given ? undefined : this.known(node);
    if (known) {
      step.summary.reused = true;
      return this.succeed(node, step, known);
    }
    if (node.data.settings?.disabled) {
      this.finish(step, "skipped", { main: inputs.flat() });
      this.outputs.set(node.id, step.outputs);
      return "on";
    }
    await this.workOn(node, step, inputs);
    if (this.run.stop.signal.aborted) return this.stopped(step);
    if (this.runs.takeInterruption(node.id)) {
      const decision = await this.ask(step);
      if (decision === "stop") return this.stopped(step);
      if (decision === "skip") return this.succeed(node, step, { main: inputs.flat() });
      step.summary.attempts += 1;
      step.summary.status = "running";
      this.changed(step);
      await this.workOn(node, step, inputs);
    }
    const failure = this.runs.takeFailure(node.id);
    if (failure) {
      step.summary.error = failureOf(node, failure);
      const onError = node.data.settings?.on_error ?? "stop";
      const goesOn = onError !== "stop";
      const port = onError === "error_output" ? ERROR_OUTPUT : this.firstOutput(node);
      this.run.summary.error ??= step.summary.error;
      this.finish(step, "error", goesOn ? { [port]: [{ json: { error: failure.error.message } }] } : {});
      this.outputs.set(node.id, step.outputs);
      return goesOn ? "on" : "failed";
    }
    const ordered = this.runs.itemsFor(node.id);
    const port = Object.keys(given ?? {})[0] ?? this.firstOutput(node);
    return this.succeed(node, step, ordered ? { [port]: ordered } : (given ?? work(node, inputs)));
  }

  private firstOutput(node: Node): string {
    const connector = this.world.catalog.find(({ id }) => id === node.data.connector_id);
    return connector?.actions.find(({ id }) => id === node.data.action_id)?.outputs[0]?.id ?? "main";
  }

  /** A result that makes executing unnecessary: pinned, taken over, or from the journal. */
  private known(node: Node): Outputs | undefined {
    const key = this.keyOf(node);
    const pin =
      this.run.summary.mode === "test" ? this.runs.pinsOf(this.run.summary.workflow_id).get(node.id) : undefined;
    if (pin) return { [this.firstOutput(node)]: pin.items };
    const taken = this.taken.get(node.id);
    if (taken) return taken;
    return this.anew.has(node.id) ? undefined : this.runs.journal.get(key);
  }

  /** What a result depends on: the node and everything that leads to it. */
  private keyOf(node: Node): string {
    const before = (this.ends.incoming.get(node.id) ?? []).map((edge) => this.keys.get(edge.source) ?? "");
    const { label, ...data } = node.data;
    const key = hash(JSON.stringify([node.id, data, before]));
    this.keys.set(node.id, key);
    return key;
  }

  private begin(node: Node, inputs: Arrived, iteration: number[]): RecordedStep {
    const summary: RecordedStep["summary"] = {
      step: this.run.steps.length,
      node_id: node.id,
      iteration,
      status: "running",
      attempts: 1,
      started_at: new Date().toISOString(),
      duration_ms: null,
      inputs: inputs.map((items) => items.length),
      outputs: [],
      reused: false,
      waits_until: null,
      error: null,
    };
    const step: RecordedStep = { summary, inputs, outputs: {} };
    this.run.steps.push(step);
    this.run.summary.step_count = this.run.steps.length;
    this.changed(step);
    return step;
  }

  private async workOn(node: Node, step: RecordedStep, inputs: Arrived): Promise<void> {
    const { signal } = this.run.stop;
    const count = inputs.flat().length;
    if (node.data.connector_id === "wait") {
      step.summary.status = "waiting";
      step.summary.waits_until = new Date(Date.now() + this.runs.waits).toISOString();
      this.changed(step);
      this.tell("waiting");
      await pause(this.runs.waits, signal);
      this.tell("running");
      return;
    }
    await pause(this.runs.pace / 2, signal);
    if (count > TELLS_PROGRESS)
      this.emit([{ type: "progress", step: step.summary.step, items: Math.floor(count / 2) }]);
    await pause(this.runs.pace / 2, signal);
  }

  private async ask(step: RecordedStep): Promise<StepDecision> {
    step.summary.status = "unknown";
    this.changed(step);
    this.tell("unknown");
    const decision = await new Promise<StepDecision>((resolve) => {
      this.run.decide = resolve;
      this.run.stop.signal.addEventListener("abort", () => resolve("stop"), { once: true });
    });
    this.run.decide = null;
    if (decision !== "stop") this.tell("running");
    return decision;
  }

  private succeed(node: Node, step: RecordedStep, outputs: Outputs): Going {
    this.finish(step, "success", outputs);
    this.outputs.set(node.id, outputs);
    const key = this.keys.get(node.id);
    if (key !== undefined) this.runs.journal.set(key, outputs);
    return "on";
  }

  private stopped(step: RecordedStep): Going {
    this.finish(step, "canceled", {});
    return "stopped";
  }

  private finish(step: RecordedStep, status: StepStatus, outputs: Outputs): void {
    step.outputs = outputs;
    const { summary } = step;
    summary.status = status;
    summary.waits_until = null;
    summary.duration_ms = Math.max(0, Math.round(Date.now() - Date.parse(summary.started_at)));
    summary.outputs = Object.entries(outputs)
      .filter(([, items]) => items.length > 0)
      .map(([port, items]) => ({ port, items: items.length }));
    this.changed(step);
  }

  private end(status: RunStatus): void {
    this.run.summary.ended_at = new Date().toISOString();
    this.run.summary.duration_ms = Math.round(performance.now() - this.started);
    this.tell(status);
    this.world.changed("run", this.run.summary.workflow_id);
  }

  private tell(status: RunStatus): void {
    this.run.summary.status = status;
    this.emit([{ type: "run", run: structuredClone(this.run.summary) }]);
  }

  private changed(step: RecordedStep): void {
    this.emit([{ type: "step", step: structuredClone(step.summary) }]);
  }

  private emit(events: RunEvent[]): void {
    this.run.log.push(...events);
    for (const listener of this.run.listeners) listener(structuredClone(events));
  }
}
