/** Items as lines of JSON, for a list that draws only the lines in view. Pure. */
import type { Path } from "../../../graph/expressions/paths";

/** One line. */
export interface JsonLine {
  /** Unique among the lines of a list. */
  readonly id: string;
  readonly depth: number;
  /** The value the line is about, from its item down. */
  readonly path: Path;
  /** Place of the item among all. */
  readonly item: number;
  /** The key in front of the value; null in lists and for items. */
  readonly key: string | null;
  readonly value: unknown;
  /** What the line shows of the value. */
  readonly part: "whole" | "open" | "close" | "folded";
  readonly comma: boolean;
  /** Place among the fields or entries of the same value, from 0, and how many there are. */
  readonly place: number;
  readonly of: number;
}

/** Fields and entries of one value that are shown; the rest is a number. */
const ENTRIES = 2_000;

/** The lines of items. `first` is the place of the first one among all, `folded` the ids of folded lines. */
export function jsonLines(items: readonly unknown[], first: number, folded: ReadonlySet<string>): JsonLine[] {
  const lines: JsonLine[] = [];
  for (const [index, item] of items.entries()) {
    const place = { place: index, of: items.length };
    add(lines, { item: first + index, key: null, path: [], value: item, depth: 0, comma: false, ...place }, folded);
  }
  return lines;
}

type Entry = Omit<JsonLine, "id" | "part">;

function add(lines: JsonLine[], entry: Entry, folded: ReadonlySet<string>): void {
  const id = `${entry.item}:${JSON.stringify(entry.path)}`;
  const { value } = entry;
  if (typeof value !== "object" || value === null || isEmpty(value)) {
    lines.push({ ...entry, id, part: "whole" });
    return;
  }
  if (folded.has(id)) {
    lines.push({ ...entry, id, part: "folded" });
    return;
  }
  lines.push({ ...entry, id, part: "open" });
  const isList = Array.isArray(value);
  const entries = Object.entries(value).slice(0, ENTRIES);
  for (const [at, [key, inner]] of entries.entries()) {
    const path = [...entry.path, isList ? at : key];
    const comma = at < entries.length - 1;
    const place = { place: at, of: entries.length };
    add(
      lines,
      { item: entry.item, key: isList ? null : key, path, value: inner, depth: entry.depth + 1, comma, ...place },
      folded,
    );
  }
  lines.push({ ...entry, id: `${id}/`, part: "close" });
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
