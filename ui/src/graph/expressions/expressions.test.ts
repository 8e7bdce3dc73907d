import { describe, expect, it } from "vitest";
import cases from "../../../../crates/expression/tests/cases/names.json";
import type { Node } from "../../bindings/Node";
import { fromDefinition } from "../graph";
import { references, renamed } from "./names";
import { renaming } from "./rename";
import { codeAt, codesOf } from "./template";

interface Case {
  text: string;
  kind: string;
  references: string[];
  from?: string;
  to?: string;
  renamed?: string;
}

describe("the cases shared with the core", () => {
  it.each(cases as Case[])("$text", ({ text, kind, references: labels, from, to, renamed: result }) => {
    const read = kind === "code" ? "code" : "expression";
    expect(references(text, read)).toEqual(labels);
    if (from !== undefined && to !== undefined) expect(renamed(text, from, to, read)).toBe(result);
  });
});

describe("the code in a text", () => {
  it.each([
    ["a {{ b", 2, "never closed by `}}`"],
    ["{{ (b }}", 6, "closes nothing"],
    ["{{ 'b }}", 3, "quotation mark"],
    ["{{ [1 ", 3, "`[` is never closed"],
    ["x {{ a }} {{ /* }}", 13, "`*/`"],
  ])("%s is wrong at %i", (text, start, message) => {
    const { codes, fault } = codesOf(text);
    expect(fault).toMatchObject({ start, message: expect.stringContaining(message) });
    expect(codes.at(-1)).toMatchObject({ closed: false, end: text.length });
  });

  it("has places in the whole text, and literal text has none", () => {
    const text = "é😀 {{ a }}{{b}} \\{{ c }}";
    const { codes } = codesOf(text);
    expect(codes.map(({ start, end }) => text.slice(start, end))).toEqual([" a ", "b"]);
    expect(codeAt(codes, text.indexOf("a"))).toBe(codes[0]);
    expect(codeAt(codes, text.indexOf("c"))).toBeUndefined();
  });

  it("w2_is_found_in_linear_time_in_texts_of_a_megabyte", () => {
    const started = performance.now();
    for (const part of ["x", "{{ a }}", "{{ 'x", "(", "/", "{{ `${"]) codesOf(part.repeat(1_000_000 / part.length));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

const node = (id: string, label: string, config: Record<string, unknown> = {}, connector_id = "http"): Node => ({
  id,
  type: "action",
  position: { x: 0, y: 0 },
  data: { label, connector_id, action_id: "request", config },
});
const graphOf = (...nodes: Node[]) => fromDefinition({ nodes, edges: [] });

describe("a new label", () => {
  it("is followed by every expression and code that names the old one, in one batch", () => {
    const nested = [{ left: "={{ $('Old').item.json.a }}", right: 1 }, "$('Old')"];
    const graph = graphOf(
      node("a", "Old", { note: "={{ $('Old').isExecuted }}" }),
      node("b", "B", { nested, url: "={{ $('Other').item }}", ["__proto__"]: 1 }),
      node("c", "C", { code: "return $('Old').all()" }, "code"),
      node("d", "D", { code: "return $('Old').all()" }),
    );
    expect(renaming(graph, "a", "It's")).toEqual({
      actions: [
        { type: "update_node", node_id: "a", label: "It's" },
        { type: "update_node", node_id: "a", config: { note: "={{ $('It\\'s').isExecuted }}" } },
        {
          type: "update_node",
          node_id: "b",
          config: { nested: [{ left: "={{ $('It\\'s').item.json.a }}", right: 1 }, "$('Old')"] },
        },
        { type: "update_node", node_id: "c", config: { code: "return $('It\\'s').all()" } },
      ],
      followers: 3,
      ambiguous: false,
    });
  });

  it.each([
    ["the new label is taken", "New"],
    ["the old label is another node's too", "Old"],
  ])("is not followed when %s", (_, other) => {
    const graph = graphOf(node("a", "Old"), node("b", other), node("c", "C", { url: "={{ $('Old').item }}" }));
    const { actions, ambiguous } = renaming(graph, "a", "New");
    expect(actions).toEqual([{ type: "update_node", node_id: "a", label: "New" }]);
    expect(ambiguous).toBe(true);
  });

  it("w2_follows_keys_that_objects_have_by_themselves", () => {
    const config = JSON.parse(`{"headers":{"__proto__":"={{ $('Old').item }}"}}`);
    const { actions } = renaming(graphOf(node("a", "Old"), node("b", "B", config)), "a", "New");
    expect(JSON.stringify(actions[1])).toContain(`{"__proto__":"={{ $('New').item }}"}`);
  });

  it("is followed in ten thousand nodes at once", () => {
    const nodes = Array.from({ length: 10_000 }, (_, at) => node(`n${at}`, `N${at}`, { url: "={{ $('N0').item }}" }));
    expect(renaming(graphOf(...nodes), "n0", "New").followers).toBe(10_000);
  });
});
