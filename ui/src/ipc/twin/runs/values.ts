/**
 * Expressions as far as the twin reads them: paths such as `{{ $json.a.b }}` and `{{ $('Name').first().json.a }}`, literals
 * and the methods of texts that JavaScript has. Pure.
 */
import type { Item } from "../../../bindings/Item";
import type { Code } from "../../../graph/expressions/template";
import { codesOf } from "../../../graph/expressions/template";

/** Items of another node, or nothing when there is no such node with data. */
export type ItemsOf = (label: string) => readonly Item[] | undefined;

const NO_ITEMS: ItemsOf = () => undefined;

/** What a path leads to, or why it leads nowhere. */
type Found = { value: unknown } | { message: string };

/** The value of a parameter for an item: a lone expression keeps its type, others become text. */
export function evaluate(value: unknown, item: Item, itemsOf: ItemsOf = NO_ITEMS): unknown {
  if (typeof value !== "string" || !value.startsWith("=")) return value;
  const { codes } = codesOf(value, 1);
  const read = (code: Code) => {
    const found = follow(value.slice(code.start, code.end), item, itemsOf);
    return "value" in found ? found.value : undefined;
  };
  const [only] = codes;
  if (only && codes.length === 1 && only.start === 3 && only.end === value.length - 2) return read(only);
  let text = "";
  let at = 1;
  for (const code of codes) {
    text += value.slice(at, code.start - 2) + asText(read(code));
    at = code.end + 2;
  }
  return text + value.slice(at);
}

/** What is wrong with an expression, with its place in the text; null when this twin can read it. */
export function problemOf(
  text: string,
  item: Item = { json: {} } as Item,
  itemsOf: ItemsOf = NO_ITEMS,
): { message: string; start: number; end: number } | null {
  if (!text.startsWith("=")) return null;
  const { codes, fault } = codesOf(text, 1);
  if (fault) return fault;
  for (const { start, end } of codes) {
    const found = follow(text.slice(start, end), item, itemsOf);
    if ("message" in found) return { message: found.message, start, end };
  }
  return null;
}

const NODE = /^\$\('((?:[^'\\]|\\.)*)'\)\.(?:item|(first|last)\(\))\.json/;
const LITERAL = /^(?:'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?|true|false|null)$/;
const STEP = /^(?:\??\.([A-Za-z_$][\w$]*)(\(\))?|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\])/;

function follow(source: string, item: Item, itemsOf: ItemsOf): Found {
  const code = source.trim();
  if (code === "")
    return { message: "There is nothing between `{{` and `}}`. Write what the value is, such as `$json.name`." };
  if (LITERAL.test(code)) return { value: JSON.parse(code.replace(/^'|'$/g, '"')) };
  const node = NODE.exec(code);
  if (node) {
    const [whole, written = "", reach] = node;
    const label = written.replace(/\\(.)/g, "$1");
    const items = itemsOf(label);
    if (!items) return { message: `“${label}” has not run.` };
    const found = reach === "last" ? items.at(-1) : items[0];
    return walk(found?.json, code.slice(whole.length), code);
  }
  if (code.startsWith("$json")) return walk(item.json, code.slice("$json".length), code);
  return { message: `The twin reads paths such as $json.total, not “${code}”.` };
}

function walk(start: unknown, path: string, code: string): Found {
  let value = start;
  let rest = path;
  while (rest !== "") {
    const step = STEP.exec(rest);
    if (!step) return { message: `The twin reads paths such as $json.total, not “${code}”.` };
    const [whole, name, called, index, quoted] = step;
    const key = name ?? index ?? String(JSON.parse(`"${quoted ?? ""}"`));
    if (called) value = typeof value === "string" ? textMethod(value, key) : undefined;
    else value = own(value, key);
    rest = rest.slice(whole.length);
  }
  return { value };
}

function own(value: unknown, key: string): unknown {
  if (typeof value === "string" && key === "length") return value.length;
  const has = typeof value === "object" && value !== null && Object.hasOwn(value, key);
  return has ? (value as Record<string, unknown>)[key] : undefined;
}

function textMethod(text: string, name: string): unknown {
  const methods: Record<string, () => unknown> = {
    toUpperCase: () => text.toUpperCase(),
    toLowerCase: () => text.toLowerCase(),
    trim: () => text.trim(),
    toNumber: () => Number(text),
  };
  return Object.hasOwn(methods, name) ? methods[name]?.() : undefined;
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
