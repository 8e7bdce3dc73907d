import { describe, expect, it } from "vitest";
import type { ActionManifest } from "../../bindings/ActionManifest";
import { fromDefinition } from "../../graph/graph";
import { type Overlay, withMoves } from "../../state/overlay";
import { httpNode } from "../../test/openWorkflow";
import { type Drawing, flowEdges, flowNodes, withSelection } from "./flow";
import { nearEdges } from "./large";

const manifest = { outputs: [{ id: "main", name: "" }], parameters: {}, name: "Request" } as unknown as ActionManifest;
const graph = fromDefinition({
  nodes: [httpNode("a"), httpNode("b", 300), httpNode("c", 600)],
  edges: [
    { id: "ab", source: "a", target: "b" },
    { id: "bc", source: "b", target: "c" },
  ],
});
const drawing: Drawing = { graph, overlay: null, manifestOf: () => manifest, readOnly: false };
const overlay: Overlay = {
  source: "m",
  addedNodes: new Map([["new", httpNode("new", 900)]]),
  changedNodes: new Map([
    ["a", { ...httpNode("a"), position: { x: 50, y: 50 }, data: { ...httpNode("a").data, label: "A" } }],
  ]),
  moves: new Map([["b", { from: { x: 300, y: 0 }, to: { x: 600, y: 0 } }]]),
  removedNodes: new Set(["c"]),
  addedEdges: new Map([["bn", { id: "bn", source: "b", target: "new" }]]),
  removedEdges: new Set(["ab"]),
};

describe("flowNodes", () => {
  it("keeps the identity of everything that looks as before", () => {
    const before = flowNodes(drawing, []);
    const nodes = new Map(graph.nodes).set("b", { ...httpNode("b", 300), position: { x: 1, y: 1 } });
    const after = flowNodes({ ...drawing, graph: { ...graph, nodes } }, before);
    expect(after.map((node, index) => node === before[index])).toEqual([true, false, true]);
  });

  it("marks what a proposal adds, changes and removes; what it adds cannot be touched", () => {
    const nodes = flowNodes({ ...drawing, overlay }, []);
    expect(nodes.map(({ id, data }) => [id, data.mark])).toEqual([
      ["a", "changed"],
      ["b", undefined],
      ["c", "removed"],
      ["new", "added"],
    ]);
    const [a, , , added] = nodes;
    expect(a?.data).toMatchObject({ labelBefore: "a", node: { data: { label: "A" } } });
    expect(a?.position).toEqual({ x: 0, y: 0 });
    expect(added).toMatchObject({ selectable: false, draggable: false, connectable: false });
  });

  it("draws nodes where a proposal would move them, and once only", () => {
    const drawn = withMoves(graph, overlay);
    expect(drawn.nodes.get("b")?.position).toEqual({ x: 600, y: 0 });
    expect(drawn.nodes.get("a")).toBe(graph.nodes.get("a"));
    expect(withMoves(drawn, overlay).nodes.get("b")?.position).toEqual({ x: 600, y: 0 });
    const before = flowNodes({ ...drawing, overlay }, []);
    const [, b] = flowNodes({ ...drawing, graph: drawn, overlay }, before);
    expect(b).toMatchObject({ position: { x: 600, y: 0 }, data: { mark: undefined } });
  });

  it("lets nothing be touched in an old version", () => {
    for (const node of flowNodes({ ...drawing, readOnly: true }, [])) {
      expect(node).toMatchObject({ selectable: false, draggable: false, connectable: false });
    }
  });
});

describe("flowEdges", () => {
  it("marks edges, those of removed nodes included", () => {
    const edges = flowEdges({ ...drawing, overlay }, []);
    expect(edges.map(({ id, data }) => [id, data?.mark])).toEqual([
      ["ab", "removed"],
      ["bc", "removed"],
      ["bn", "added"],
    ]);
  });

  it("leaves by the first output when none is named", () => {
    expect(flowEdges(drawing, [])[0]?.sourceHandle).toBe("main");
  });
});

describe("withSelection", () => {
  it("changes only what changes, and never ghosts", () => {
    const nodes = flowNodes({ ...drawing, overlay }, []);
    const selected = withSelection(nodes, new Set(["a", "new"]));
    expect(selected.filter((node) => node.selected).map(({ id }) => id)).toEqual(["a"]);
    expect(selected[1]).toBe(nodes[1]);
    expect(withSelection(selected, new Set(["a"]))).toBe(selected);
  });
});

describe("nearEdges", () => {
  it("w5_hands_over_a_bounded_number_of_edges", () => {
    const edges = flowEdges(drawing, []);
    const many = Array.from(
      { length: 50_000 },
      (_, index) => ({ ...edges[index % 2], id: `e${index}` }) as (typeof edges)[0],
    );
    const all = { left: -1000, top: -1000, right: 1000, bottom: 1000 };
    expect(nearEdges(many, graph, all).length).toBeLessThanOrEqual(1200);
    expect(nearEdges(edges, graph, { ...all, left: 5000, right: 6000 })).toEqual([]);
    expect(nearEdges(edges, graph, { ...all, right: 100 }).map(({ id }) => id)).toEqual(["ab"]);
  });
});
