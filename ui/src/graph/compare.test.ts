import { describe, expect, it } from "vitest";
import type { Node } from "../bindings/Node";
import type { NodeSettings } from "../bindings/NodeSettings";
import { compareGraphs } from "./compare";
import { fromDefinition, type Graph } from "./graph";
import { settingText } from "./settingTexts";

const node = (id: string, config: Node["data"]["config"] = {}, settings?: Partial<NodeSettings>): Node => ({
  id,
  type: "action",
  position: { x: 0, y: 0 },
  data: {
    label: `Label ${id}`,
    connector_id: "http",
    action_id: "request",
    config,
    ...(settings ? { settings: settings as NodeSettings } : {}),
  },
});
const graph = (nodes: Node[], edges: [string, string][] = []): Graph =>
  fromDefinition({
    nodes,
    edges: edges.map(([source, target], index) => ({ id: `e${index}`, source, target })),
  } as never);

describe("comparing two versions", () => {
  it("names nodes that are new, gone and different, and counts what has moved", () => {
    const moved = { ...node("d"), position: { x: 50, y: 0 } };
    const before = graph([node("a"), node("b", { url: "x" }), node("d")], [["a", "b"]]);
    const after = graph(
      [node("b", { url: "y" }), node("c"), moved],
      [
        ["b", "c"],
        ["c", "d"],
      ],
    );
    const { nodes, ...rest } = compareGraphs(before, after);
    expect(nodes.map(({ id, kind }) => [id, kind])).toEqual([
      ["b", "changed"],
      ["c", "added"],
      ["a", "removed"],
    ]);
    expect(rest).toEqual({ moved: 1, addedEdges: 2, removedEdges: 1 });
  });

  it("tells of every setting, and of none that only looks different", () => {
    const settings: Partial<NodeSettings> = {
      disabled: true,
      on_error: "continue",
      retry: { max_tries: 4, wait_ms: 2000 },
      timeout_seconds: 30,
      execute_once: true,
      always_output: true,
      join: "all",
      credential_id: "2f1c1a52-7c43-4b7d-9c36-0d0a5a1f7a10",
      notes: "Why",
    };
    const [changed] = compareGraphs(graph([node("a")]), graph([node("a", {}, settings)])).nodes;
    const told = changed?.differences.map((difference) =>
      difference.type === "setting"
        ? [difference.name, settingText(difference.name, difference.after, () => "GitHub")]
        : difference,
    );
    expect(told).toEqual([
      ["disabled", "Yes"],
      ["on_error", "Go on"],
      ["retry", "4 tries, first wait 2,000 ms"],
      ["timeout_seconds", "30 s"],
      ["execute_once", "Yes"],
      ["always_output", "Yes"],
      ["join", "When every branch has brought items"],
      ["credential_id", "GitHub"],
      ["notes", "Why"],
    ]);
    const same = compareGraphs(
      graph([node("a", { map: { x: 1, y: 2 } })]),
      graph([node("a", { map: { y: 2, x: 1 } }, { disabled: false, retry: null })]),
    );
    expect(same.nodes).toEqual([]);
  });
});
