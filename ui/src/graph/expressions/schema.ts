/** The fields that items have: names, types and an example of each, from the items that are there. Pure. */
import type { Path } from "./paths";

/** One field. */
export interface SchemaField {
  readonly path: Path;
  readonly name: string;
  readonly depth: number;
  /** Types seen, in the order they were. */
  readonly types: readonly string[];
  /** The first value that says something. */
  readonly example: unknown;
  /** Items that have it, of those looked at; entries for fields inside lists. */
  readonly count: number;
}

/** Deeper fields are not listed. */
const DEPTH = 12;
/** Fields listed at most. */
const FIELDS = 1_000;

interface Found {
  types: Set<string>;
  example: unknown;
  count: number;
  inside: Map<string | number, Found>;
}

/** The fields of these objects, each under the one it belongs to. */
export function schemaOf(items: readonly unknown[]): SchemaField[] {
  const root = empty();
  for (const item of items) look(root, item, 0);
  const fields: SchemaField[] = [];
  list(root, [], fields);
  return fields;
}

function look(found: Found, value: unknown, depth: number): void {
  found.types.add(typeName(value));
  found.count += 1;
  if (found.example === undefined || found.example === null || found.example === "") found.example = value;
  if (typeof value !== "object" || value === null || depth >= DEPTH) return;
  // The entries of a list are looked at as one: what one of them has, a field of the list has.
  const entries = Array.isArray(value) ? value.slice(0, 50).map((inner) => [0, inner] as const) : Object.entries(value);
  for (const [key, inner] of entries) {
    const known = found.inside.get(key) ?? empty();
    if (!found.inside.has(key)) found.inside.set(key, known);
    look(known, inner, depth + 1);
  }
}

function list(found: Found, path: Path, fields: SchemaField[]): void {
  for (const [key, inner] of found.inside) {
    if (fields.length >= FIELDS) return;
    const at = [...path, key];
    const { types, example, count } = inner;
    const name = typeof key === "number" ? "each entry" : key;
    fields.push({ path: at, name, depth: path.length, types: [...types], example, count });
    list(inner, at, fields);
  }
}

function empty(): Found {
  return { types: new Set(), example: undefined, count: 0, inside: new Map() };
}

/** The name of a value's type, as people use it. */
function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}
