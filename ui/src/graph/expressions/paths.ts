/** Where a value is in an item, and how an expression says it. Pure. */

/** Keys and places from the item's object down. */
export type Path = readonly (string | number)[];

/** Where expressions find an item: what arrives at the node itself, or what another node put out. */
export type Base = { type: "arriving" } | { type: "node"; label: string };

const NAME = /^[A-Za-z_$][\w$]*$/;

/** The path as an expression: `{{ $json.a.b }}` or `{{ $('Name').item.json.a.b }}`. */
export function expressionOf(base: Base, path: Path): string {
  return `{{ ${codeOf(base, path)} }}`;
}

/** The same without the braces, for a place that is code already. */
export function codeOf(base: Base, path: Path): string {
  const start = base.type === "arriving" ? "$json" : `$(${quoted(base.label)}).item.json`;
  return start + path.map(segment).join("");
}

/** A path as people read it: `user.tags[0]`. */
export function pathText(path: Path): string {
  return path.map(segment).join("").replace(/^\./, "");
}

/** A key behind a value: `.name`, `["a name"]` or `[0]`. */
export function segment(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A text in single quotes. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}

/** The value at a path; undefined when there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string | number, unknown>)[key];
  }
  return found;
}
