import { describe, expect, it } from "vitest";
import { canvasState } from "./QuickActions";

describe("quick actions follow the canvas", () => {
  it.each([
    [[], "empty"],
    [["action", "condition"], "no_trigger"],
    [["action", "trigger"], "started"],
  ])("%j is %s", (types, state) => {
    const nodes = types.map((type) => ({ type }));
    expect(canvasState(nodes, nodes.length)).toBe(state);
  });
});
