import { describe, expect, it } from "vitest";
import type { Node } from "../../bindings/Node";
import type { RunEvent } from "../../bindings/RunEvent";
import { call, transport } from "../../ipc";
import { useEditor } from "../../state/editor";
import { applyEvents, NO_RUN } from "../../state/runView";
import { httpNode, openWorkflow } from "../../test/openWorkflow";
import { stepEntries } from "./stepEntries";

const node = (id: string, connector_id: string, action_id: string, type: Node["type"], config = {}): Node => ({
  id,
  type,
  position: { x: 0, y: 0 },
  data: { label: id, connector_id, action_id, config },
});

/** A loop over five items in batches of two, with one node inside and one after it. */
async function runLoop() {
  const twin = await openWorkflow({
    nodes: [
      node("start", "manual", "start", "trigger"),
      node("loop", "loop", "over_items", "condition", { batch_size: 2 }),
      httpNode("inside"),
      httpNode("after"),
    ],
    edges: [
      { id: "1", source: "start", target: "loop" },
      { id: "2", source: "loop", target: "inside", source_handle: "loop" },
      { id: "3", source: "inside", target: "loop" },
      { id: "4", source: "loop", target: "after", source_handle: "done" },
    ],
  });
  twin.runs.pace = 0;
  const workflow_id = useEditor.getState().workflow?.id ?? "";
  const input = Array.from({ length: 5 }, (_, id) => ({ json: { id } }));
  const run = await call("run_workflow", { request: { workflow_id, scope: { type: "whole" }, input } });
  const told: RunEvent[] = [];
  await transport().watchRun(run.id, (events) => told.push(...events));
  return applyEvents(NO_RUN, told);
}

describe("the list of steps", () => {
  it("folds the rounds of a loop into one row for each node, in the order they began", async () => {
    const { steps, nodes } = await runLoop();
    const rows = stepEntries(steps, nodes, new Set());
    expect(rows.map(({ step, count, status }) => [step.node_id, count, status])).toEqual([
      ["start", 1, "success"],
      ["loop", 4, "success"],
      ["inside", 3, "success"],
      ["after", 1, "success"],
    ]);
    expect(nodes.get("loop")?.items).toEqual({ loop: 5, done: 5 });
  });

  it("shows each round of an unfolded node below it", async () => {
    const { steps, nodes } = await runLoop();
    const rows = stepEntries(steps, nodes, new Set(["inside"]));
    expect(rows.filter(({ inside }) => inside !== null).map(({ inside, step }) => [inside, step.outputs])).toEqual([
      [[0], [{ port: "main", items: 2 }]],
      [[1], [{ port: "main", items: 2 }]],
      [[2], [{ port: "main", items: 1 }]],
    ]);
  });
});
