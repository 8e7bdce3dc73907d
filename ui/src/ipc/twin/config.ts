/**
 * A configuration against the schema of its action, one level deep: what is inside lists and objects is not looked at.
 */
import type { ActionManifest } from "../../bindings/ActionManifest";
import type { ProblemCode } from "../../bindings/ProblemCode";

/** How much has to be there: the user's own edits may leave out what the assistant's may not. */
export type Mode = "draft" | "complete";

/** Notes a problem at a field of the action being checked. */
export type Note = (field: string, code: ProblemCode, message: string) => void;

type Config = Record<string, unknown>;

interface Schema {
  title?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
}

/** Notes what is wrong with the parameters in `changed`, and what is missing from the whole. */
export function checkConfig(manifest: ActionManifest, changed: Config, whole: Config, mode: Mode, note: Note): void {
  const { properties = {}, required = [] } = manifest.parameters as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  for (const [name, value] of Object.entries(changed)) {
    const schema = properties[name];
    if (!schema || value === null || fits(schema, value, mode)) continue;
    note(`.config.${name}`, "invalid_value", `“${schema.title ?? name}” must be ${expectation(schema)}.`);
  }
  for (const name of Object.keys(changed)) {
    if (!properties[name] && name in whole) {
      note(`.config.${name}`, "unknown_parameter", `There is no parameter ${name}.`);
    }
  }
  for (const name of mode === "complete" ? required : []) {
    if (isBlank(whole[name])) note(`.config.${name}`, "missing", `“${properties[name]?.title ?? name}” is needed.`);
  }
}

function isBlank(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && value.trim() === "");
}

/** Expressions (`=…`) fit everywhere, and what is still empty fits a draft. */
function fits(schema: Schema, value: unknown, mode: Mode): boolean {
  if (typeof value === "string" && value.startsWith("=")) return true;
  // A blank text in a complete configuration is missing, if anything.
  if (isBlank(value)) return true;
  if (![schema.type ?? []].flat().some((type) => isOfType(type, value))) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (typeof value === "number") {
    return (
      value >= (schema.minimum ?? Number.NEGATIVE_INFINITY) && value <= (schema.maximum ?? Number.POSITIVE_INFINITY)
    );
  }
  if (Array.isArray(value)) return value.length >= (schema.minItems ?? 0) || (mode === "draft" && value.length === 0);
  return schema.format !== "uri" || isWebAddress(String(value));
}

function isOfType(type: string, value: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && !Array.isArray(value);
  return typeof value === type;
}

/** Whether a text is an address over HTTP. */
export function isWebAddress(text: string): boolean {
  return !text.includes(" ") && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function expectation(schema: Schema): string {
  if (schema.enum) return `one of ${schema.enum.join(", ")}`;
  if (schema.format === "uri") return "a web address that begins with http:// or https://";
  const least = schema.minimum === undefined ? "" : `, at least ${schema.minimum}`;
  const most = schema.maximum === undefined ? "" : `, at most ${schema.maximum}`;
  return `of the kind ${[schema.type ?? []].flat().join(" or ")}${least}${most}`;
}
