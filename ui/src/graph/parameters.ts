/** An action's parameters as its form shows them, read from the JSON Schema of its manifest. */
import type { ActionManifest } from "../bindings/ActionManifest";

/** JSON types a value may have. */
export type JsonType = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

/** How a parameter is edited. */
type Control = "text" | "multiline" | "code" | "number" | "boolean" | "choice" | "list" | "map" | "json";

/** One parameter. */
export interface Parameter {
  name: string;
  title: string;
  description: string;
  required: boolean;
  control: Control;
  /** Every type a value may have. */
  types: readonly JsonType[];
  /** `uri`, `cron`, `email`, `path`, `time_zone`, `expression` or nothing. */
  format: string | undefined;
  default: unknown;
  options: readonly unknown[];
  minimum: number | undefined;
  maximum: number | undefined;
  /** Parameters of one entry of a list. */
  item: readonly Parameter[];
  /** Types of the values of a map. */
  valueTypes: readonly JsonType[];
}

type Schema = Record<string, unknown>;

/** The parameters of an action, in the order its form shows them. */
export function parametersOf(manifest: ActionManifest): readonly Parameter[] {
  let parameters = known.get(manifest.parameters);
  if (!parameters) {
    parameters = readObject(manifest.parameters);
    known.set(manifest.parameters, parameters);
  }
  return parameters;
}

/** Read once per manifest: every node of the canvas asks. */
const known = new WeakMap<Schema, readonly Parameter[]>();

function readObject(schema: Schema): Parameter[] {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries(properties).map(([name, property]) =>
    readParameter(name, isObject(property) ? property : {}, required.has(name)),
  );
}

function readParameter(name: string, schema: Schema, required: boolean): Parameter {
  const types = typesOf(schema.type);
  const items = isObject(schema.items) ? schema.items : {};
  const values = isObject(schema.additionalProperties) ? schema.additionalProperties : {};
  return {
    name,
    title: typeof schema.title === "string" ? schema.title : name,
    description: typeof schema.description === "string" ? schema.description : "",
    required,
    control: controlOf(schema, types, isObject(items.properties)),
    types,
    format: typeof schema.format === "string" ? schema.format : undefined,
    default: schema.default,
    options: Array.isArray(schema.enum) ? schema.enum : [],
    minimum: typeof schema.minimum === "number" ? schema.minimum : undefined,
    maximum: typeof schema.maximum === "number" ? schema.maximum : undefined,
    item: isObject(items.properties) ? readObject(items) : [],
    valueTypes: typesOf(values.type),
  };
}

function controlOf(schema: Schema, types: readonly JsonType[], listOfObjects: boolean): Control {
  const [only] = types.length === 1 ? types : [];
  if (Array.isArray(schema.enum)) return "choice";
  if (only === "boolean") return "boolean";
  if (only === "integer" || only === "number") return "number";
  if (only === "array" && listOfObjects) return "list";
  if (only === "object" && schema.additionalProperties !== undefined && schema.properties === undefined) return "map";
  if (types.includes("object") || types.includes("array")) return "json";
  if (schema.format === "multiline") return "multiline";
  if (schema.format === "code") return "code";
  return "text";
}

function typesOf(type: unknown): readonly JsonType[] {
  if (typeof type === "string") return [type as JsonType];
  if (Array.isArray(type)) return type as JsonType[];
  return ["string"];
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Required parameters that have neither a value nor a default. */
export function missingParameters(manifest: ActionManifest, config: Record<string, unknown>): Parameter[] {
  return parametersOf(manifest).filter(
    (parameter) => parameter.required && parameter.default === undefined && isBlank(config[parameter.name]),
  );
}

/** Whether a value says nothing. */
function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return Array.isArray(value) && value.length === 0;
}
