/** Values of data as people read them: the name of their type, and a text that is short whatever the value is. Pure. */
import { displayText } from "../../components/displayText";

/** The name of a value's type. */
export function typeName(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "text";
  return typeof value === "boolean" ? "true or false" : typeof value;
}

/** What the value is, with its size where it has one: `text`, `list of 3`. */
export function typeText(value: unknown): string {
  if (!Array.isArray(value)) return typeName(value);
  return `list of ${value.length.toLocaleString("en")}`;
}

/** The value in at most about `longest` characters: texts as they are, everything else as JSON. */
export function valueText(value: unknown, longest: number): string {
  if (value === undefined || value === null) return "";
  return displayText(typeof value === "string" ? value : boundedJson(value, longest), longest);
}

/** Type and example of a value on one line. */
export function exampleText(value: unknown): string {
  const inner = typeof value === "object" && value !== null;
  return inner || value === undefined || value === null
    ? typeText(value)
    : `${typeText(value)} · ${valueText(value, 40)}`;
}

/** JSON of a value as far as it will be shown: what lies behind the end is not read. */
function boundedJson(value: unknown, longest: number): string {
  let text = "";
  const write = (inner: unknown, depth: number): void => {
    if (text.length > longest) return;
    if (typeof inner === "string") text += JSON.stringify(inner.slice(0, longest));
    else if (typeof inner !== "object" || inner === null) text += String(inner);
    else if (depth > 50) text += "…";
    else if (Array.isArray(inner)) writeAll("[", inner.slice(0, longest), "]", (entry) => write(entry, depth + 1));
    else {
      writeAll("{", Object.entries(inner), "}", ([key, entry]) => {
        text += `${JSON.stringify(key.slice(0, longest))}: `;
        write(entry, depth + 1);
      });
    }
  };
  const writeAll = <T>(open: string, entries: readonly T[], close: string, one: (entry: T) => void) => {
    text += open;
    for (const [at, entry] of entries.entries()) {
      if (text.length > longest) return;
      if (at > 0) text += ", ";
      one(entry);
    }
    text += close;
  };
  write(value, 0);
  return text;
}
