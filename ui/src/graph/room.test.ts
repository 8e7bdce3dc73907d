import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Edge } from "../bindings/Edge";
import type { Node } from "../bindings/Node";
import type { Graph } from "./graph";
import { placesFor } from "./room";

interface Case {
  name: string;
  stands: Record<string, [number, number]>;
  before: string;
  after: string;
  added: string[];
  places: Record<string, [number, number]>;
}

/** The cases of the core. */
const CASES = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../../crates/workflow/tests/places.json"), "utf8"),
) as Case[];

/** The first letter says what a node is, as in the core's tests. */
const outputsOf = ({ id }: Pick<Node, "id">) => (/^[il]/.test(id) ? 2 : 1);

function edgesOf(text: string): Edge[] {
  return text
    .split(" ")
    .filter((edge) => edge !== "")
    .map((edge) => {
      const [source = "", target = ""] = edge.split(">");
      return { id: edge, source: source.split(":")[0] ?? "", target };
    });
}

function graphOf({ stands, after, added, places }: Case): Graph {
  const nodes = [...Object.keys(stands).filter((id) => id in places), ...added].map((id): [string, Node] => {
    const [x, y] = stands[id] ?? [0, 0];
    const data = { label: id, connector_id: "set", action_id: "set_fields", config: {} };
    return [id, { id, type: "action", position: { x, y }, data }];
  });
  return { nodes: new Map(nodes), edges: new Map(edgesOf(after).map((edge) => [edge.id, edge])) };
}

describe("new nodes stand where the core would put them", () => {
  it.each(CASES)("$name", (one) => {
    const after = graphOf(one);
    const moved = placesFor({ after, before: edgesOf(one.before), added: new Set(one.added), outputsOf });
    const found = [...after.nodes.values()].map(({ id, position }) => [id, moved.get(id) ?? position] as const);
    const places = Object.fromEntries(found.map(([id, { x, y }]) => [id, [x, y]]));
    expect(places).toEqual(one.places);
  });
});
