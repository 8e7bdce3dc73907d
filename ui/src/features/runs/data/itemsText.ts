/** Items as a person writes them: a JSON list of objects. Pure. */
import type { Item } from "../../../bindings/Item";

/** What a text says: the items, or the first thing that is wrong with it. */
export type ReadItems = { items: Item[] } | { problem: string };

/** Items as text, files left out. */
export function itemsText(items: readonly Item[]): string {
  return JSON.stringify(
    items.map(({ json }) => json),
    null,
    2,
  );
}

/** Reads a list of objects; a single object is a list of one. Files of `before` stay with the item in their place. */
export function readItems(text: string, before: readonly Item[] = []): ReadItems {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return { problem: `This is not JSON. ${placeOf(cause, text)}` };
  }
  const list = Array.isArray(value) ? value : [value];
  const wrong = list.findIndex((entry) => typeof entry !== "object" || entry === null || Array.isArray(entry));
  if (wrong >= 0) {
    const which = Array.isArray(value) ? `Entry ${wrong + 1} is` : "It is";
    return { problem: `Items are objects such as {"name": "Ada"}. ${which} ${kindOf(list[wrong])}.` };
  }
  const items = list.map((json: Record<string, unknown>, index): Item => {
    const binary = before[index]?.binary;
    return binary ? { json, binary } : { json };
  });
  return { items };
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** Where reading stopped, in lines, when the engine says so. */
function placeOf(cause: unknown, text: string): string {
  const message = cause instanceof Error ? cause.message : "";
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return "Check brackets, quotes and commas.";
  const before = text.slice(0, Number(position));
  const line = before.split("\n").length;
  return `Look at line ${line}, character ${before.length - before.lastIndexOf("\n")}.`;
}
