import { describe, expect, it } from "vitest";
import type { RunEvent } from "../bindings/RunEvent";
import type { RunSummary } from "../bindings/RunSummary";
import type { StepStatus } from "../bindings/StepStatus";
import type { StepSummary } from "../bindings/StepSummary";
import { applyEvents, fromDetail, NO_RUN, type RunView, stepToShow } from "./runView";

const run = (more: Partial<RunSummary> = {}): RunSummary => ({
  id: "run",
  workflow_id: "workflow",
  workflow_name: "Test",
  version_number: 1,
  mode: "test",
  trigger: { type: "manual" },
  status: "running",
  started_at: "2026-01-05T09:00:00Z",
  ended_at: null,
  duration_ms: null,
  error: null,
  retry_of: null,
  step_count: 0,
  ...more,
});

const step = (number: number, node: string, status: StepStatus, items = 0): StepSummary => ({
  step: number,
  node_id: node,
  iteration: [],
  status,
  attempts: 1,
  started_at: "2026-01-05T09:00:00Z",
  duration_ms: status === "running" ? null : 5,
  inputs: [1],
  outputs: items > 0 ? [{ port: "main", items }] : [],
  reused: false,
  waits_until: null,
  error: null,
});

const told = (...steps: StepSummary[]): RunEvent[] => steps.map((one) => ({ type: "step", step: one }));

/** A generator of numbers that gives the same ones for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Everything that could happen in a run, in an order that could be. */
function story(seed: number): RunEvent[] {
  const next = numbers(seed);
  const events: RunEvent[] = [{ type: "run", run: run() }];
  const ends: StepStatus[] = ["success", "error", "waiting", "skipped", "unknown", "canceled"];
  const open: StepSummary[] = [];
  let count = 0;
  for (let index = 0; index < 120; index += 1) {
    const at = open[next(open.length)];
    if (at && next(3) > 0) {
      const status = ends[next(ends.length)] ?? "success";
      if (next(3) === 0) events.push({ type: "progress", step: at.step, items: next(1000) });
      const changed = { ...step(at.step, at.node_id, status, next(50)), reused: next(4) === 0 };
      events.push({ type: "step", step: changed });
      if (status !== "waiting") open.splice(open.indexOf(at), 1);
    } else {
      const begun = step(count, `n${next(8)}`, "running");
      count += 1;
      open.push(begun);
      events.push({ type: "step", step: begun });
    }
  }
  events.push({ type: "run", run: run({ status: "success", duration_ms: 9, step_count: count }) });
  return events;
}

const comparable = (view: RunView) => ({
  run: view.run,
  steps: [...view.steps.values()],
  nodes: [...view.nodes].sort(([a], [b]) => a.localeCompare(b)),
});

describe("a run", () => {
  it("is the same read at any moment and followed from there, as followed from the start", () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const events = story(seed);
      const whole = applyEvents(NO_RUN, events);
      const at = numbers(seed * 7)(events.length);
      const before = applyEvents(NO_RUN, events.slice(0, at));
      const detail = { run: before.run ?? run(), steps: [...before.steps.values()], events: at };
      const joined = applyEvents(fromDetail(detail), events.slice(at));
      expect(comparable(joined), `seed ${seed}`).toEqual(comparable(whole));
    }
  });

  it("is the same in one batch, one by one, and with everything told twice", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const events = story(seed);
      const whole = comparable(applyEvents(NO_RUN, events));
      const single = events.reduce((view, event) => applyEvents(view, [event]), NO_RUN);
      expect(comparable(single)).toEqual(whole);
      expect(comparable(applyEvents(applyEvents(NO_RUN, events), events))).toEqual(whole);
    }
  });

  it("leaves every node alone that an event is not about", () => {
    const before = applyEvents(NO_RUN, told(step(0, "a", "success", 3), step(1, "b", "running")));
    const after = applyEvents(before, told(step(1, "b", "success", 2)));
    expect(after.nodes.get("a")).toBe(before.nodes.get("a"));
    expect(after.nodes.get("b")).not.toBe(before.nodes.get("b"));
  });

  it("adds up the rounds of a loop and shows the most urgent state", () => {
    const rounds = told(step(0, "a", "success", 3), step(1, "a", "error"), step(2, "a", "success", 4));
    const { nodes } = applyEvents(NO_RUN, rounds);
    expect(nodes.get("a")).toMatchObject({ status: "error", count: 3, latest: 2, items: { main: 7 } });
    expect(applyEvents(NO_RUN, told(...[0, 1].map((at) => step(at, "a", "running")))).nodes.get("a")?.count).toBe(2);
  });

  it("forgets how far a step was when it ends, and says nothing of one that has ended", () => {
    const far: RunEvent = { type: "progress", step: 0, items: 500 };
    const running = applyEvents(NO_RUN, [...told(step(0, "a", "running")), far]);
    expect(running.progress.get(0)).toBe(500);
    const ended = applyEvents(running, told(step(0, "a", "success", 1)));
    expect(ended.progress.size).toBe(0);
    expect(applyEvents(ended, [far]).progress.size).toBe(0);
  });

  it("leads to the step that asks, else to the first failure, else to the newest", () => {
    const done = step(0, "a", "success", 1);
    expect(stepToShow(applyEvents(NO_RUN, told(done, step(1, "b", "success"))))).toBe(1);
    const failed = told(done, step(1, "b", "error"), step(2, "c", "success"));
    expect(stepToShow(applyEvents(NO_RUN, failed))).toBe(1);
    expect(stepToShow(applyEvents(NO_RUN, [...failed, ...told(step(3, "d", "unknown"))]))).toBe(3);
    expect(stepToShow(NO_RUN)).toBeNull();
  });
});

describe("a long run", () => {
  it("costs a frame what the frame changes, and forgets no step", () => {
    let view = applyEvents(NO_RUN, [{ type: "run", run: run() }]);
    const early = performance.now();
    for (let at = 0; at < 2_000; at += 20) view = applyEvents(view, told(...rounds(at, 20)));
    const first = performance.now() - early;
    for (let at = 2_000; at < 150_000; at += 5_000) view = applyEvents(view, told(...rounds(at, 5_000)));
    const before = view;
    const late = performance.now();
    for (let at = 152_000; at < 154_000; at += 20) view = applyEvents(view, told(...rounds(at, 20)));
    const last = performance.now() - late;
    expect(last).toBeLessThan(Math.max(100, first * 10));
    expect([before.steps.size, view.steps.size]).toEqual([152_000, 154_000]);
    expect(view.steps.last?.step).toBe(153_999);
    expect([...view.steps.values()].every(({ step: number }, index) => number === index)).toBe(true);
    expect(view.nodes.get("n7")).toMatchObject({ first: 7, count: 15_400, status: "success" });
    expect(before.steps.get(153_000)).toBeUndefined();
  });
});

/** Steps of ten nodes in turn. */
function rounds(from: number, count: number): StepSummary[] {
  return Array.from({ length: count }, (_, index) => step(from + index, `n${(from + index) % 10}`, "success", 1));
}
