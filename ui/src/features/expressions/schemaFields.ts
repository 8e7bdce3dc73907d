/** The fields that a JSON Schema of an item names, where there is no data to read them from. Pure. */
import type { SchemaField } from "../../graph/expressions/schema";

/** Deeper fields and further ones are not listed. */
const LIMITS = { depth: 6, fields: 500 };

const NAMES: Record<string, string> = { string: "text", array: "list", integer: "number", boolean: "true or false" };

/** Its properties, each under the one it belongs to. */
export function fieldsOfSchema(schema: unknown): SchemaField[] {
  const fields: SchemaField[] = [];
  list(schema, [], fields);
  return fields;
}

function list(schema: unknown, path: readonly (string | number)[], fields: SchemaField[]): void {
  const properties = isObject(schema) && isObject(schema.properties) ? Object.entries(schema.properties) : [];
  for (const [name, property] of properties) {
    if (fields.length >= LIMITS.fields || path.length >= LIMITS.depth) return;
    const type = isObject(property) ? property.type : undefined;
    const types = [type].flat().filter((one) => typeof one === "string");
    const at = [...path, name];
    const example = undefined;
    fields.push({
      path: at,
      name,
      depth: path.length,
      types: types.map((one) => NAMES[one] ?? one),
      example,
      count: 0,
    });
    list(property, at, fields);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
