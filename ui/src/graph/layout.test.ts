import { describe, expect, it } from "vitest";
import { httpNode } from "../test/openWorkflow";
import { fromDefinition, type Graph } from "./graph";
import { freePlace, NODE_WIDTH, nodeHeight, outputOffset, placeBeside, sizeFrom } from "./size";
import { tidyLayout } from "./tidy";

const graphOf = (count: number, edges: [number, number][]): Graph =>
  fromDefinition({
    nodes: Array.from({ length: count }, (_, index) => httpNode(`n${index}`, index * 3)),
    edges: edges.map(([from, to], index) => ({ id: `e${index}`, source: `n${from}`, target: `n${to}` })),
  });
const row = (count: number) => Array.from({ length: count - 1 }, (_, index): [number, number] => [index, index + 1]);

/** Whether no two nodes lie over each other. */
function apart(places: Map<string, { x: number; y: number }>, height: number): boolean {
  const columns = new Map<number, number[]>();
  for (const { x, y } of places.values()) columns.set(x, [...(columns.get(x) ?? []), y]);
  return [...columns.values()].every((ys) => {
    const sorted = ys.sort((a, b) => a - b);
    return sorted.every((y, index) => index === 0 || y - (sorted[index - 1] ?? 0) >= height);
  });
}

describe("tidyLayout", () => {
  it("puts every node to the right of what leads to it, apart from the others", () => {
    const graph = graphOf(5, [
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
      [3, 4],
    ]);
    const places = tidyLayout(graph, () => 1);
    for (const edge of graph.edges.values()) {
      expect(places.get(edge.target)?.x).toBeGreaterThanOrEqual((places.get(edge.source)?.x ?? 0) + NODE_WIDTH);
    }
    expect(apart(places, nodeHeight(1))).toBe(true);
  });

  it("stays where the graph was", () => {
    const graph = fromDefinition({ nodes: [httpNode("a", 500), httpNode("b", 900)], edges: [] });
    const xs = [...tidyLayout(graph, () => 1).values()].map(({ x }) => x);
    expect(Math.min(...xs)).toBe(500);
  });

  it("copes with circles and an empty graph", () => {
    expect(
      tidyLayout(
        graphOf(3, [
          [0, 1],
          [1, 2],
          [2, 0],
        ]),
        () => 1,
      ).size,
    ).toBe(3);
    expect(tidyLayout(graphOf(0, []), () => 1).size).toBe(0);
  });

  it("w5_arranges_10000_nodes_and_50000_edges_in_time", () => {
    const edges = Array.from({ length: 50_000 }, (_, index): [number, number] => [index % 9999, (index * 31) % 10_000]);
    const started = performance.now();
    const places = tidyLayout(graphOf(10_000, edges), () => 1);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(places.size).toBe(10_000);
    expect(apart(places, nodeHeight(1))).toBe(true);
  });

  it("w5_arranges_a_row_of_10000_from_left_to_right", () => {
    const places = tidyLayout(graphOf(10_000, row(10_000)), () => 1);
    expect(places.get("n9999")?.x).toBeGreaterThan(places.get("n9998")?.x ?? Number.POSITIVE_INFINITY);
  });
});

describe("places", () => {
  it("finds the first free place below", () => {
    const taken = [httpNode("a", 0), { ...httpNode("b", 20), position: { x: 20, y: 96 } }];
    expect(freePlace({ x: 0, y: 0 }, taken)).toEqual({ x: 0, y: 192 });
    expect(freePlace({ x: 900, y: 5 }, taken)).toEqual({ x: 900, y: 5 });
  });

  it("finds room for several nodes at once", () => {
    const taken = [httpNode("a", 0), httpNode("b", 400), { ...httpNode("c", 400), position: { x: 400, y: 200 } }];
    const size = sizeFrom({ x: 0, y: 0 }, [taken[0]?.position ?? { x: 0, y: 0 }, { x: 400, y: 120 }]);
    expect(size).toEqual({ width: 400 + NODE_WIDTH, height: 180 });
    expect(freePlace({ x: 0, y: 0 }, taken, size)).toEqual({ x: 0, y: 296 });
    expect(freePlace({ x: 0, y: -220 }, taken, size)).toEqual({ x: 0, y: -220 });
  });

  it("places beside a node without covering it", () => {
    const source = httpNode("a", 100);
    expect(placeBeside(source, [source]).x).toBeGreaterThan(100 + NODE_WIDTH);
  });

  it("spreads outputs evenly around the middle", () => {
    expect(outputOffset(0, 1)).toBe(nodeHeight(1) / 2);
    expect(outputOffset(0, 2) + outputOffset(1, 2)).toBe(nodeHeight(2));
    expect(outputOffset(4, 5)).toBeLessThan(nodeHeight(5));
  });
});
