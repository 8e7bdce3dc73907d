/**
 * Two answers held against each other: what must be alike, and where they are not.
 */

/** An answer without what may differ: identifiers, times, and sentences for people. */
export function alike(value, key = "") {
  if (Array.isArray(value)) return value.map((item) => alike(item));
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([name]) => !isSentence(name, value));
    return Object.fromEntries(entries.map(([name, item]) => [name, alike(item, name)]));
  }
  if (typeof value === "string") {
    if (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(value)) return "an identifier";
    if (/_at$/.test(key)) return "a time";
    if (key === "missing") return "a sentence";
  }
  return value;
}

/** What is written for people to read: of an error, a problem or a notice. */
function isSentence(name, owner) {
  return name === "hint" || (name === "message" && ("code" in owner || "kind" in owner));
}

/** The keys and types of a value; entries of a list that have the same shape count once. */
export function shape(value) {
  if (Array.isArray(value)) {
    const shapes = new Map(value.map((item) => [JSON.stringify(shape(item)), shape(item)]));
    return [...shapes.keys()].sort().map((text) => shapes.get(text));
  }
  if (value !== null && typeof value === "object") {
    const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    // A tag decides which other keys there are: it belongs to the shape.
    return Object.fromEntries(sorted.map(([name, item]) => [name, name === "type" ? item : shape(item)]));
  }
  return value === null ? "null" : typeof value;
}

/** Where two values differ, one line for each place. */
export function differences(core, twin, path) {
  if (isComposite(core) && isComposite(twin) && Array.isArray(core) === Array.isArray(twin)) {
    const names = new Set([...Object.keys(core), ...Object.keys(twin)]);
    return [...names].flatMap((name) => differences(core[name], twin[name], `${path}.${name}`));
  }
  const [ours, theirs] = [JSON.stringify(core), JSON.stringify(twin)];
  return ours === theirs ? [] : [`${path}: the core has ${ours}, the twin ${theirs}`];
}

function isComposite(value) {
  return value !== null && typeof value === "object";
}
