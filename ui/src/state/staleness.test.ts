import { describe, expect, it } from "vitest";
import type { Node } from "../bindings/Node";
import { fromDefinition, type Graph } from "../graph/graph";
import { httpNode } from "../test/openWorkflow";
import { staleNodes } from "./staleness";

const edge = (source: string, target: string, handle?: string) => ({
  id: `${source}${target}`,
  source,
  target,
  ...(handle === undefined ? {} : { source_handle: handle }),
});
const chain = () =>
  fromDefinition({
    nodes: ["a", "b", "c", "d"].map((id) => httpNode(id)),
    edges: [edge("a", "b"), edge("b", "c"), edge("a", "d")],
  });
const withNode = (graph: Graph, change: (node: Node) => Node, id: string): Graph => {
  const node = graph.nodes.get(id);
  return { ...graph, nodes: node ? new Map(graph.nodes).set(id, change(node)) : graph.nodes };
};
const stale = (now: Graph, ran = chain()) => [...staleNodes(ran, now)].sort();

describe("what a run says no longer", () => {
  it("is a changed node and everything after it", () => {
    const changed = withNode(chain(), (node) => ({ ...node, data: { ...node.data, config: { url: "x" } } }), "b");
    expect(stale(changed)).toEqual(["b", "c"]);
  });

  it("is nothing when a node was moved or renamed", () => {
    const moved = withNode(chain(), (node) => ({ ...node, position: { x: 9, y: 9 } }), "a");
    expect(stale(withNode(moved, (node) => ({ ...node, data: { ...node.data, label: "New" } }), "b"))).toEqual([]);
  });

  it("is what comes after a connection that is gone, new or another one", () => {
    const { nodes } = chain();
    const edges = (...list: ReturnType<typeof edge>[]) => ({ nodes, edges: new Map(list.map((one) => [one.id, one])) });
    expect(stale(edges(edge("a", "b"), edge("a", "d")))).toEqual(["c"]);
    expect(stale(edges(edge("a", "b"), edge("b", "c"), edge("a", "d"), edge("d", "b")))).toEqual(["b", "c"]);
    expect(stale(edges(edge("a", "b"), edge("b", "c", "error"), edge("a", "d")))).toEqual(["c"]);
  });

  it("ends in a circle", () => {
    const { nodes, edges } = chain();
    const circle = { nodes, edges: new Map(edges).set("cb", edge("c", "b")) };
    const changed = withNode(circle, (node) => ({ ...node, data: { ...node.data, action_id: "other" } }), "c");
    expect(stale(changed, circle)).toEqual(["b", "c"]);
  });
});
