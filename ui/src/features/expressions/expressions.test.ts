import { describe, expect, it } from "vitest";
import type { DataSource } from "../../bindings/DataSource";
import type { Item } from "../../bindings/Item";
import type { JsonType } from "../../graph/parameters";
import { jsonProblem } from "./json";
import { remember, switched, withDropped } from "./modes";
import { fieldsOfSchema } from "./schemaFields";
import { suggest } from "./suggest";
import { exampleText, typeText, valueText } from "./values";

const item = (json: Record<string, unknown>): Item => ({ json }) as Item;
const source = (label: string, items: Item[], node_id?: string): DataSource => ({
  label,
  items,
  total: items.length,
  schema: {},
  ...(node_id === undefined ? {} : { node_id }),
});
const DATA = {
  item: 1,
  variables: { base_url: "https://example.com", limits: { daily: 5 } },
  sources: [
    source("$json", [
      item({ id: 1, name: "Ada", only: true }),
      item({ id: 2, name: "Bob", customer: { name: "B", "zip code": "1" }, tags: ["x"], rows: [{ a: 1 }] }),
    ]),
    source("It's", [item({ total: 3 })], "n1"),
    source("Get it", [item({ when: "2026-01-01" })], "n2"),
  ],
};

/** Suggestions at the bar. */
function at(text: string, code = false, asked = false) {
  const place = text.indexOf("|");
  return suggest(text.replace("|", ""), place, code, DATA, asked);
}
const names = (text: string, code = false, asked = false) =>
  at(text, code, asked)?.options.map(({ label }) => label) ?? [];

describe("suggestions", () => {
  it("are the variables behind $vars, and the fields of one behind it", () => {
    expect(names("={{ $vars.| }}").slice(0, 2)).toEqual(["base_url", "limits"]);
    expect(at("={{ $vars.b| }}")?.options[0]?.detail).toContain("https://example.com");
    expect(names("={{ $vars.limits.| }}")[0]).toBe("daily");
    expect(names("={{ $vars?.li| }}")).toContain("limits");
  });
  it("are the fields of the data with type and example, those of the item that is looked at first", () => {
    const found = at("Hi {{ $json.| }}");
    expect(found?.from).toBe("Hi {{ $json.".length);
    expect(found?.options.slice(0, 2).map(({ label, detail }) => [label, detail])).toEqual([
      ["id", "number · 2"],
      ["name", "text · Bob"],
    ]);
    expect(found?.options.map(({ label }) => label)).toContain("only");
  });

  it.each([
    ["{{ $json.customer.| }}", "name"],
    ["{{ $json?.customer?.na| }}", "name"],
    ["{{ $json.rows[0].| }}", "a"],
    ["{{ $json['customer'].| }}", "name"],
    ["{{ $json.rows.first().| }}", "a"],
    ["{{ Math.max($json.customer.| }}", "name"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of an expression
    ["{{ `x ${$json.customer.| } }}", "name"],
    ["{{ [1, $json.customer.| ] }}", "name"],
    ["{{ $('It\\'s').item.json.| }}", "total"],
    ['{{ $("Get it").first().json.| }}', "when"],
    ['{{ $node["Get it"].json.| }}', "when"],
    ["{{ $('Get it').all()[0].json.| }}", "when"],
    ["{{ $input.item.| }}", "json"],
    ["{{ $json.name.| }}", "isEmpty()"],
    ["{{ $json.name.trim().| }}", "isEmpty()"],
    ["{{ 'a'.| }}", "isEmpty()"],
    ["{{ $json.id.| }}", "round(digits)"],
    ["{{ $json.tags.| }}", "length"],
    ["{{ $now.| }}", "format(format)"],
    ["{{ $now.plus({days: 1}).| }}", "format(format)"],
    ["{{ ($json.id + 1).| }}", "isEmpty()"],
    ["{{ $(|", undefined],
    ["{{ 'text.| }}", undefined],
    ["{{ 1.| }}", undefined],
    ["{{ /* $json.| */ }}", undefined],
    ["plain $json.|", undefined],
    ["{{ $json.id }} plain.|", undefined],
  ])("for %s begin with %s", (text, first) => {
    expect(names(text)[0]).toBe(first);
  });

  it("are names of nodes in quotation marks, closed behind unless they are closed already", () => {
    expect(at("{{ $('| }}")?.options.map(({ insert, tail }) => insert + tail)).toEqual(["It\\'s')", "Get it')"]);
    expect(at('{{ $node["G| }}')?.options.at(0)).toMatchObject({ insert: "It's", tail: '"]' });
  });

  it("are all names and nodes where a word begins, and in code the same", () => {
    expect(names("{{ $| }}")).toEqual(
      expect.arrayContaining(["$json", "$('It\\'s')", "$now", "$if(condition, yes, no)"]),
    );
    expect(names("return $inp|", true)).toContain("$input");
    expect(names("return $input.|", true)).toContain("all()");
    expect(names("{{ | }}")).toEqual([]);
    expect(names("{{ | }}", false, true)).toContain("$json");
  });

  it("are whole expressions in literal text, when asked for", () => {
    const found = at("Hi |", false, true);
    expect(found?.options[0]).toMatchObject({ label: "{{ $json.id }}", insert: "{{ $json.id }}" });
    expect(names("Hi |")).toEqual([]);
  });

  it("write names that are no identifiers in brackets instead of the dot", () => {
    const zip = at("{{ $json.customer.| }}")?.options.find(({ label }) => label === "zip code");
    expect(zip).toMatchObject({ insert: '["zip code"]', before: 1 });
    const optional = at("{{ $json.customer?.| }}")?.options.find(({ label }) => label === "zip code");
    expect(optional).toMatchObject({ insert: '?.["zip code"]', before: 2 });
  });

  it("w2_show_hostile_names_as_text_and_look_at_own_fields_only", () => {
    const json = JSON.parse('{"__proto__":{"x":1},"a\\u202eb":"c","long":""}');
    json.long = "x".repeat(1_000_000);
    for (let at = 0; at < 5_000; at += 1) json[`k${at}`] = at;
    const data = { item: 0, sources: [source("$json", [item(json)])] };
    const options = suggest("{{ $json. }}", 9, false, data, false)?.options ?? [];
    expect(options.length).toBeLessThan(500);
    expect(options.slice(0, 3).map(({ label }) => label)).toEqual(["__proto__", "a‹U+202E›b", "long"]);
    expect(options[2]?.detail.length).toBeLessThan(80);
    expect(suggest("{{ $json.__proto__. }}", 19, false, data, false)?.options[0]?.label).toBe("x");
    expect(
      suggest("{{ $json.constructor. }}", 21, false, data, false)?.options.map(({ label }) => label),
    ).not.toContain("name");
  });
});

describe("switching", () => {
  const all: JsonType[] = ["string", "number", "boolean", "object"];
  let count = 0;
  const field = () => `test/${count++}`;

  it.each([
    ["text", "=text", ["string"]],
    ["", "=", ["string"]],
    [12, "={{ 12 }}", ["number"]],
    [false, "={{ false }}", ["boolean"]],
    [undefined, "=", ["string"]],
  ] as [unknown, string, JsonType[]][])("makes %j the expression %s, and back", (fixed, expression, types) => {
    const key = field();
    expect(switched(key, fixed, types)).toBe(expression);
    expect(switched(key, expression, types) ?? "").toBe(fixed ?? "");
  });

  it("loses neither side", () => {
    const key = field();
    expect(switched(key, "fixed", all)).toBe("=fixed");
    const expression = "={{ $json.a }}";
    expect(switched(key, expression, all)).toBe("fixed");
    expect(switched(key, "other", all)).toBe(expression);
    expect(switched(key, expression, all)).toBe("other");
  });

  it("carries literal text over, however it was changed", () => {
    const key = field();
    switched(key, "one", ["string"]);
    expect(switched(key, "=two", ["string"])).toBe("two");
    expect(switched(key, "three", ["string"])).toBe("=three");
  });

  it("gives a switch and a number nothing where an expression has no fixed value, and the expression back", () => {
    for (const types of [["boolean"], ["number"]] as JsonType[][]) {
      const key = field();
      expect(switched(key, "={{ $json.a }}", types)).toBeUndefined();
      expect(switched(key, undefined, types)).toBe("={{ $json.a }}");
    }
    expect(switched(field(), "={{ $json.a }}", ["string"])).toBe("{{ $json.a }}");
  });

  it("keeps what a field held when it is typed or dropped into", () => {
    const key = field();
    remember(key, true);
    expect(switched(key, withDropped(true, "{{ $json.a }}"), ["boolean"])).toBe(true);
    expect(withDropped("Hi ", "{{ $json.a }}")).toBe("=Hi {{ $json.a }}");
    expect(withDropped("=Hi ", "{{ $json.a }}")).toBe("=Hi {{ $json.a }}");
  });
});

describe("JSON", () => {
  it.each([
    ["", 0, "no value yet"],
    ['{"a": 1', 0, "never closed"],
    ['{"a" 1}', 5, "colon"],
    ['{"a": 1 "b": 2}', 8, "comma"],
    ['{"a": 1,}', 8, "comma too many"],
    ["[1, 2,]", 6, "comma too many"],
    ["[1 2]", 3, "comma"],
    ["{a: 1}", 1, "double quotes"],
    ["{'a': 1}", 1, "not single"],
    ['{"a": tru}', 6, "no value"],
    ['{"a": }', 6, "missing"],
    ['"a\nb"', 0, "escape"],
    ["1 2", 2, "nothing may follow"],
    ["[01]", 1, "no value"],
    ["é😀", 0, "no value"],
  ])("%s is wrong at %i: %s", (text, start, message) => {
    expect(jsonProblem(text)).toMatchObject({ start, message: expect.stringContaining(message) });
  });

  it("w2_deep_and_long_texts_are_no_trouble", () => {
    expect(jsonProblem("[".repeat(500_000))).toMatchObject({ start: 499_999 });
    expect(jsonProblem(`["${"x".repeat(1_000_000)}"`)).toMatchObject({ start: 0 });
    expect(jsonProblem('{"a": [1, 2.5e3, null, true, "\\u00e9"]}')).toBeNull();
  });
});

describe("values", () => {
  it("are named with their size", () => {
    expect([undefined, null, "a", 1, true, [1, 2], {}].map(typeText)).toEqual([
      "nothing",
      "nothing",
      "text",
      "number",
      "true or false",
      "list of 2",
      "object",
    ]);
    expect(exampleText({ a: 1 })).toBe("object");
  });

  it("w2_are_cut_before_they_are_written", () => {
    const cyclicDepth = JSON.parse(`${"[".repeat(2_000)}${"]".repeat(2_000)}`);
    const started = performance.now();
    expect(valueText("x".repeat(5_000_000), 100).length).toBe(101);
    expect(valueText(Array(1_000_000).fill("y".repeat(10)), 200).length).toBeLessThan(300);
    expect(valueText(cyclicDepth, 1_000).length).toBeLessThan(1_100);
    expect(valueText({ "a\u202e": "b\u0000" }, 100)).toContain("‹U+202E›");
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("are known from a schema where there is no data", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "object", properties: { b: { type: ["string", "null"] } } } },
    };
    expect(fieldsOfSchema(schema).map(({ path, types }) => [path, types])).toEqual([
      [["a"], ["object"]],
      [
        ["a", "b"],
        ["text", "null"],
      ],
    ]);
    expect(fieldsOfSchema("nonsense")).toEqual([]);
  });
});
