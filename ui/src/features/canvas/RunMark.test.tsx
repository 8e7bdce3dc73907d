import { act, render, screen } from "@testing-library/react";
import { Profiler } from "react";
import { beforeEach, describe, expect, it } from "vitest";
import type { RunEvent } from "../../bindings/RunEvent";
import type { StepStatus } from "../../bindings/StepStatus";
import { useRuns } from "../../state/runs";
import { applyEvents, NO_RUN } from "../../state/runView";
import { RunMark } from "./RunMark";

const told = (index: number, status: StepStatus): RunEvent => ({
  type: "step",
  step: {
    step: index,
    node_id: `n${index}`,
    iteration: [],
    status,
    attempts: 1,
    started_at: "2026-01-05T09:00:00Z",
    duration_ms: null,
    inputs: [],
    outputs: [],
    reused: false,
    waits_until: null,
    error: null,
  },
});

const tell = (...events: RunEvent[]) =>
  act(() => useRuns.setState(({ view }) => ({ view: applyEvents(view, events) })));

describe("the marks of a run", () => {
  beforeEach(() => useRuns.setState({ view: NO_RUN, stale: new Set() }));

  it("are drawn again only for the node an event is about", () => {
    const drawn = new Map<string, number>();
    const ids = Array.from({ length: 500 }, (_, index) => `n${index}`);
    render(
      ids.map((id) => (
        <Profiler key={id} id={id} onRender={() => drawn.set(id, (drawn.get(id) ?? 0) + 1)}>
          <RunMark nodeId={id} />
        </Profiler>
      )),
    );
    drawn.clear();
    for (let index = 0; index < 500; index += 1) {
      tell(told(index, "running"));
      tell(told(index, "success"));
    }
    expect([...drawn.values()].every((count) => count === 2)).toBe(true);
    expect(drawn.size).toBe(500);
    expect(screen.getAllByRole("img", { name: "Succeeded" })).toHaveLength(500);
  });

  it("fade when the node was changed since", () => {
    render(<RunMark nodeId="n1" />);
    tell(told(1, "error"));
    act(() => useRuns.setState({ stale: new Set(["n1"]) }));
    expect(screen.getByTestId("run-mark").dataset.stale).toBe("true");
  });
});
