/** Expressions as far as the twin reads them: `{{ $json.a.b }}` and the like, one path. Pure. */
import type { Item } from "../../../bindings/Item";

const LONE = /^=\{\{([^{}]*)\}\}$/;
const PART = /\{\{([^{}]*)\}\}/g;

/** The value of a parameter for an item: a lone expression keeps its type, others become text. */
export function evaluate(value: unknown, item: Item): unknown {
  if (typeof value !== "string" || !value.startsWith("=")) return value;
  const lone = LONE.exec(value);
  if (lone) return read(lone[1] ?? "", item);
  return value.slice(1).replace(PART, (_, code: string) => String(read(code, item) ?? ""));
}

/** What is wrong with an expression, with its place in the text; null when it is a path of this twin. */
export function problemOf(text: string): { message: string; start: number; end: number } | null {
  for (const { 0: whole, 1: code = "", index } of text.matchAll(PART)) {
    if (pathOf(code) === null) {
      const end = index + whole.length;
      return { message: `The twin reads paths such as $json.total, not “${code.trim()}”.`, start: index, end };
    }
  }
  return null;
}

function read(code: string, item: Item): unknown {
  let value: unknown = item.json;
  for (const key of pathOf(code) ?? []) {
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

function pathOf(code: string): string[] | null {
  const path = /^\s*\$json((?:\.[A-Za-z_$][\w$]*|\[\d+\]|\["[^"]*"\])*)\s*$/.exec(code)?.[1];
  if (path === undefined) return null;
  return [...path.matchAll(/\.([\w$]+)|\[(\d+)\]|\["([^"]*)"\]/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
}
