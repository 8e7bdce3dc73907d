/**
 * Fixed value or expression: what switching makes of a value. Both sides of a field are remembered while the window is open,
 * so that switching to and fro loses nothing.
 */

import { codesOf, isExpression } from "../../graph/expressions/template";
import type { JsonType } from "../../graph/parameters";

interface Sides {
  fixed: { value: unknown } | null;
  expression: string | null;
}

/** Fields remembered at most; the oldest are forgotten first. */
const REMEMBERED = 500;

const sides = new Map<string, Sides>();
let focus: string | null = null;

/** The key of a field: its node, its parameter and where in it. */
export function fieldKey(nodeId: string, place: string): string {
  return `${nodeId}/${place}`;
}

/** Keeps what a field holds, as the side it belongs to. */
export function remember(key: string, value: unknown): void {
  const known = sides.get(key) ?? { fixed: null, expression: null };
  sides.delete(key);
  sides.set(key, isExpression(value) ? { ...known, expression: value } : { ...known, fixed: { value } });
  const [oldest] = sides.keys();
  if (sides.size > REMEMBERED && oldest !== undefined) sides.delete(oldest);
}

/**
 * The other side of a field. What says the same on both sides is carried over; an expression with code, and what was fixed
 * before it, come back as they were.
 */
export function switched(key: string, value: unknown, types: readonly JsonType[]): unknown {
  remember(key, value);
  const known = sides.get(key);
  if (!isExpression(value)) {
    const before = known?.expression ?? null;
    return before !== null && computes(before, types) ? before : expressionOf(value);
  }
  return computes(value, types) && known?.fixed ? known.fixed.value : fixedOf(value, types);
}

/** Whether an expression says something that no fixed value does. */
function computes(expression: string, types: readonly JsonType[]): boolean {
  const text = expression.slice(1);
  return codesOf(text).codes.length > 0 && literalOf(loneCode(text), types) === undefined;
}

/** A fixed value as an expression that gives the same. */
function expressionOf(value: unknown): string {
  if (value === undefined || value === null || value === "") return "=";
  if (typeof value === "string") return `=${value}`;
  return typeof value === "object" ? `=${JSON.stringify(value, null, 2)}` : `={{ ${JSON.stringify(value)} }}`;
}

/** An expression as a fixed value of one of these types; undefined where there is none, such as a path in a switch. */
function fixedOf(expression: string, types: readonly JsonType[]): unknown {
  const text = expression.slice(1);
  return literalOf(loneCode(text), types) ?? (types.includes("string") && text !== "" ? text : undefined);
}

/** What is between the braces of a text that is nothing but them; any other text as it is. */
function loneCode(text: string): string {
  const [only, ...others] = codesOf(text).codes;
  const lone = only !== undefined && others.length === 0 && only.start === 2 && only.end === text.length - 2;
  return lone ? text.slice(only.start, only.end).trim() : text;
}

/** What a literal of JSON says, when it is of one of these types and no text. */
function literalOf(text: string, types: readonly JsonType[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (Array.isArray(value)) return types.includes("array") ? value : undefined;
  if (typeof value === "number" && Number.isInteger(value) && types.includes("integer")) return value;
  return value !== null && types.includes(typeof value as JsonType) && typeof value !== "string" ? value : undefined;
}

/** A text with the expression of a dropped field behind it. */
export function withDropped(value: unknown, dropped: string): string {
  if (isExpression(value)) return value + dropped;
  return typeof value === "string" ? `=${value}${dropped}` : `=${dropped}`;
}

/** The editor of this field takes the keyboard when it appears. */
export function askFocus(key: string): void {
  focus = key;
}

/** Whether this field was to take the keyboard; says so once. */
export function takeFocus(key: string): boolean {
  const asked = focus === key;
  if (asked) focus = null;
  return asked;
}
