import { describe, expect, it } from "vitest";
import type { ProposedAction } from "../bindings/ProposedAction";
import { isOpen, withNeeded } from "./proposals";

function proposed(index: number, depends_on: number[], more: Partial<ProposedAction> = {}): ProposedAction {
  return {
    index,
    action: { type: "delete_node", node_id: `n${index}` },
    problems: [],
    risks: [],
    depends_on,
    title: `Delete ${index}`,
    fields: [],
    decision: { type: "pending" },
    ...more,
  };
}

describe("what comes with a change", () => {
  const chain = [proposed(0, []), proposed(1, [0]), proposed(2, [1]), proposed(3, [])];

  it.each([
    [[2], [0, 1, 2]],
    [[0], [0]],
    [
      [3, 1],
      [0, 1, 3],
    ],
    [[], []],
  ])("%j needs %j", (asked, needed) => {
    expect(withNeeded(chain, asked)).toEqual(needed);
  });

  it("leaves out what is decided already", () => {
    const applied = proposed(0, [], { decision: { type: "applied", version_number: 2 } });
    expect(withNeeded([applied, ...chain.slice(1)], [2])).toEqual([1, 2]);
  });

  it("ends when dependencies run in a circle, and is linear for a long chain", () => {
    expect(withNeeded([proposed(0, [1]), proposed(1, [0])], [0])).toEqual([0, 1]);
    const long = Array.from({ length: 20_000 }, (_, index) => proposed(index, index === 0 ? [] : [index - 1]));
    const started = performance.now();
    expect(withNeeded(long, [19_999])).toHaveLength(20_000);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it("is open only while it is pending and nothing keeps it", () => {
    const problem = { path: "actions[0]", code: "stale" as const, message: "It has changed." };
    expect(isOpen(proposed(0, []))).toBe(true);
    expect(isOpen(proposed(0, [], { problems: [problem] }))).toBe(false);
    expect(isOpen(proposed(0, [], { decision: { type: "rejected" } }))).toBe(false);
  });
});
