import { describe, expect, it } from "vitest";
import type { Node } from "../bindings/Node";
import { applyActions, applyChange, EMPTY_GRAPH, fromDefinition, type Graph, toDefinition } from "./graph";

const nodeTypeOf = (connector: string) => (connector === "http" ? ("action" as const) : undefined);

const node = (id: string, config: Record<string, unknown> = {}): Node => ({
  id,
  type: "action",
  position: { x: 0, y: 0 },
  data: { label: id, connector_id: "http", action_id: "request", config },
});

const row = (...ids: string[]): Graph =>
  fromDefinition({
    nodes: ids.map((id) => node(id)),
    edges: ids.slice(1).map((id, index) => ({ id: `${ids[index]}-${id}`, source: ids[index] ?? "", target: id })),
  });

describe("applyActions", () => {
  it("adds nodes with the type of their manifest and skips unknown connectors", () => {
    const add = { type: "add_node", action_id: "request", label: "L", config: {}, position: { x: 4, y: 8 } } as const;
    const graph = applyActions(
      EMPTY_GRAPH,
      [
        { ...add, id: "a", connector_id: "http" },
        { ...add, id: "b", connector_id: "gone" },
      ],
      nodeTypeOf,
    );
    expect([...graph.nodes.keys()]).toEqual(["a"]);
    expect(graph.nodes.get("a")).toMatchObject({ type: "action", position: { x: 4, y: 8 } });
  });

  it("deletes a node with its edges, those added in the same batch included", () => {
    const graph = applyActions(
      row("a", "b", "c"),
      [
        { type: "delete_node", node_id: "a" },
        { type: "add_edge", id: "new", source: "c", target: "b" },
        { type: "delete_node", node_id: "b" },
      ],
      nodeTypeOf,
    );
    expect([...graph.nodes.keys()]).toEqual(["c"]);
    expect(graph.edges.size).toBe(0);
  });

  it("sets the named parameters, removes null ones and leaves the rest", () => {
    const graph = applyActions(
      fromDefinition({ nodes: [node("a", { url: "x", method: "GET", body: "b" })], edges: [] }),
      [{ type: "update_node", node_id: "a", config: { url: "y", body: null } }],
      nodeTypeOf,
    );
    expect(graph.nodes.get("a")?.data.config).toEqual({ url: "y", method: "GET" });
  });

  it("keeps the identity of what it does not touch", () => {
    const before = row("a", "b");
    const after = applyActions(before, [{ type: "update_node", node_id: "a", label: "A" }], nodeTypeOf);
    expect(after.nodes.get("b")).toBe(before.nodes.get("b"));
    expect(after.nodes.get("a")).not.toBe(before.nodes.get("a"));
  });

  it("deletes 5,000 of 10,000 nodes with 50,000 edges in linear time", () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `n${index}`);
    const edges = Array.from({ length: 50_000 }, (_, index) => ({
      id: `e${index}`,
      source: `n${index % 10_000}`,
      target: `n${(index * 7 + 1) % 10_000}`,
    }));
    const graph = fromDefinition({ nodes: ids.map((id) => node(id)), edges });
    const started = performance.now();
    const after = applyActions(
      graph,
      ids.slice(0, 5000).map((node_id) => ({ type: "delete_node", node_id })),
      nodeTypeOf,
    );
    expect(after.nodes.size).toBe(5000);
    for (const edge of after.edges.values())
      expect(after.nodes.has(edge.source) && after.nodes.has(edge.target)).toBe(true);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("applyChange", () => {
  it("gives the graph the core has", () => {
    const { nodes } = row("a", "c");
    const after = applyChange(row("a", "b"), {
      workflow: { id: "w", name: "", description: "", active_version: 2, created_at: "", updated_at: "" },
      from_version: 1,
      nodes: [nodes.get("c") ?? node("c")],
      removed_nodes: ["b"],
      edges: [{ id: "a-c", source: "a", target: "c" }],
      removed_edges: ["a-b"],
      can_undo: true,
      can_redo: false,
    });
    expect(toDefinition(after)).toEqual(toDefinition(row("a", "c")));
  });
});
