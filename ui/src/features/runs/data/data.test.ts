import { describe, expect, it } from "vitest";
import { expressionOf, pathText, valueAt } from "../../../graph/expressions/paths";
import { schemaOf } from "../../../graph/expressions/schema";
import { itemsText, readItems } from "./itemsText";
import { jsonLines } from "./jsonLines";

describe("paths", () => {
  it("are expressions of the node itself and of others", () => {
    expect(expressionOf({ type: "arriving" }, ["a", "b"])).toBe("{{ $json.a.b }}");
    expect(expressionOf({ type: "node", label: "Get it" }, ["a", 0, "b c"])).toBe(
      `{{ $('Get it').item.json.a[0]["b c"] }}`,
    );
  });

  it("w2_quote_labels_and_keys_that_would_end_the_expression", () => {
    expect(expressionOf({ type: "node", label: "it's \\ here" }, [])).toBe("{{ $('it\\'s \\\\ here').item.json }}");
    expect(expressionOf({ type: "arriving" }, ['x"]; evil(); ["'])).toBe('{{ $json["x\\"]; evil(); [\\""] }}');
  });

  it("find values and nothing that was inherited", () => {
    expect(valueAt({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
    expect(valueAt({}, ["constructor"])).toBeUndefined();
    expect(pathText(["a", 0, "b"])).toBe("a[0].b");
  });
});

describe("lines of JSON", () => {
  it("are one for each value and bracket, with commas where they belong", () => {
    const lines = jsonLines([{ a: 1, b: [true] }], 7, new Set());
    expect(lines.map(({ part, key, depth, comma }) => [part, key, depth, comma])).toEqual([
      ["open", null, 0, false],
      ["whole", "a", 1, true],
      ["open", "b", 1, false],
      ["whole", null, 2, false],
      ["close", "b", 1, false],
      ["close", null, 0, false],
    ]);
    expect(lines.every(({ item }) => item === 7)).toBe(true);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
  });

  it("are fewer when something is folded", () => {
    const all = jsonLines([{ a: { b: 1 } }], 0, new Set());
    const folded = jsonLines([{ a: { b: 1 } }], 0, new Set([all[1]?.id ?? ""]));
    expect(folded.map(({ part }) => part)).toEqual(["open", "folded", "close"]);
  });
});

describe("the fields of items", () => {
  it("have every type that was seen and the first example that says something", () => {
    const fields = schemaOf([{ a: null, list: [{ x: 1 }, { y: 2 }] }, { a: "text" }]);
    expect(fields.map(({ path, types, example, count }) => [pathText(path), types, example, count])).toEqual([
      ["a", ["null", "string"], "text", 2],
      ["list", ["list"], [{ x: 1 }, { y: 2 }], 1],
      ["list[0]", ["object"], { x: 1 }, 2],
      ["list[0].x", ["number"], 1, 1],
      ["list[0].y", ["number"], 2, 1],
    ]);
  });

  it("stay few however many there are", () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, index]));
    expect(schemaOf([wide])).toHaveLength(1000);
  });
});

describe("items as text", () => {
  it("come back as they were, files with the item in their place", () => {
    const items = [{ json: { a: 1 }, binary: {} }, { json: { b: "x" } }];
    expect(readItems(itemsText(items), items)).toEqual({ items });
    expect(readItems('{"a": 1}')).toEqual({ items: [{ json: { a: 1 } }] });
  });

  it("are refused with what is wrong", () => {
    expect(readItems("[1]")).toEqual({ problem: expect.stringContaining("Entry 1 is a number") });
    expect(readItems("[{}, []]")).toEqual({ problem: expect.stringContaining("Entry 2 is a list") });
    expect(readItems("null")).toEqual({ problem: expect.stringContaining("It is null") });
    expect(readItems("[{]")).toEqual({ problem: expect.stringContaining("This is not JSON") });
  });
});
