import { describe, expect, it } from "vitest";
import { httpNode } from "../test/openWorkflow";
import { copyText, readClip } from "./clip";
import { fromDefinition } from "./graph";

const beside = ({ x, y }: { x: number; y: number }) => ({ x: x + 40, y: y + 40 });
const known = (connector: string) => connector === "http";
const graph = fromDefinition({
  nodes: [httpNode("a", 100), httpNode("b", 400), httpNode("c", 700)],
  edges: [
    { id: "ab", source: "a", target: "b", source_handle: "main" },
    { id: "bc", source: "b", target: "c" },
  ],
});
const text = copyText(graph, new Set(["a", "b"]));
const changed = (change: (clip: { nodes: unknown[]; edges: unknown[]; version: unknown }) => void) => {
  const clip = JSON.parse(text);
  change(clip);
  return readClip(JSON.stringify(clip), known, beside);
};

describe("readClip", () => {
  it("gives new identifiers and keeps the connections between what was copied", () => {
    const clip = readClip(text, known, beside);
    if (!clip.ok) throw new Error(clip.reason);
    expect(clip.actions.map(({ type }) => type)).toEqual(["add_node", "add_node", "add_edge"]);
    const [a, b, edge] = clip.actions;
    expect(edge).toMatchObject({ source: clip.nodeIds[0], target: clip.nodeIds[1], source_handle: "main" });
    expect(clip.nodeIds).not.toContain("a");
    expect(a).toMatchObject({ label: "a", position: { x: 140, y: 40 } });
    expect(b).toMatchObject({ position: { x: 440, y: 40 } });
  });

  it("puts the top left corner where it is asked to", () => {
    const clip = readClip(text, known, () => ({ x: -50, y: 7 }));
    expect(clip.ok && clip.actions[0]).toMatchObject({ position: { x: -50, y: 7 } });
  });

  it.each([
    ["plain text", "hello"],
    ["other JSON", '{"nodes":[]}'],
    ["nothing in it", '{"type":"bridge/nodes","version":1,"nodes":[],"edges":[]}'],
    ["markup", "<script>alert(1)</script>"],
    ["deep nesting", "[".repeat(200_000)],
    ["a number", "1e999"],
    ["null", "null"],
  ])("a6_refuses_%s", (_, hostile) => {
    expect(readClip(hostile, known, beside)).toMatchObject({ ok: false, reason: expect.stringMatching(/\.$/) });
  });

  it("refuses what is damaged, unknown or too much, as a whole", () => {
    const node = (override: object) => ({ ...httpNode("x"), ...override });
    expect(changed((clip) => clip.nodes.push(node({ position: { x: "1", y: 0 } }))).ok).toBe(false);
    expect(changed((clip) => clip.nodes.push(node({ position: { x: 1e300, y: 0 } }))).ok).toBe(false);
    expect(changed((clip) => clip.nodes.push(node({ data: { label: 1 } }))).ok).toBe(false);
    expect(changed((clip) => clip.nodes.push(httpNode("a"))).ok).toBe(false);
    expect(changed((clip) => clip.nodes.push(null)).ok).toBe(false);
    expect(changed((clip) => clip.edges.push({ source: "a", target: "elsewhere" })).ok).toBe(false);
    expect(changed((clip) => clip.edges.push({ source: "a", target: "b", source_handle: {} })).ok).toBe(false);
    expect(changed((clip) => (clip.version = 2)).ok).toBe(false);
    expect(readClip(text, () => false, beside).ok).toBe(false);
    expect(readClip(`${text}${" ".repeat(8_000_001)}`, known, beside).ok).toBe(false);
  });

  it("takes only the fields it knows", () => {
    const clip = changed(({ nodes }) => Object.assign(nodes[0] as object, { __proto__: { x: 1 }, onload: "alert(1)" }));
    expect(clip.ok && Object.keys(clip.actions[0] ?? {}).sort()).toEqual(
      ["action_id", "config", "connector_id", "id", "label", "position", "type"].sort(),
    );
  });
});
