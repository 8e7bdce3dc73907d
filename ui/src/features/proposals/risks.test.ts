import { describe, expect, it } from "vitest";
import type { ProposedAction } from "../../bindings/ProposedAction";
import type { Risk } from "../../bindings/Risk";
import { riskyFirst } from "./risks";

function proposed(index: number, risks: Risk[], broken = false): ProposedAction {
  const problems = broken ? [{ path: `actions[${index}]`, code: "cycle" as const, message: "A circle." }] : [];
  return {
    index,
    action: { type: "delete_node", node_id: "n" },
    problems,
    risks,
    depends_on: [],
    title: "",
    fields: [],
    decision: { type: "pending" },
  };
}

const order = (actions: ProposedAction[]) => riskyFirst(actions).map(({ index }) => index);

describe("a4_risky_changes_stand_first", () => {
  it.each([
    "hidden_text",
    "credential",
    "code",
    "new_host",
    "deletion",
    "webhook",
    "schedule",
    "files",
    "sends",
  ] as const)("one with %s among 400", (risk) => {
    const actions = Array.from({ length: 400 }, (_, index) => proposed(index, index === 333 ? [risk] : []));
    expect(order(actions)[0]).toBe(333);
    expect(order(actions).slice(1, 4)).toEqual([0, 1, 2]);
  });

  it("a heavier risk before several light ones, problems before the ordinary", () => {
    const actions = [proposed(0, []), proposed(1, [], true), proposed(2, ["sends", "schedule"]), proposed(3, ["code"])];
    expect(order(actions)).toEqual([3, 2, 1, 0]);
  });
});
