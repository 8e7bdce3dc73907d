/** The outputs a node has: those of its action, and one for failures when its settings say so. */
import type { ActionManifest } from "../bindings/ActionManifest";
import type { NodeData } from "../bindings/NodeData";
import type { Port } from "../bindings/Port";

/** The output that failures leave by. */
export const ERROR_OUTPUT = "error";

const ERROR_PORT: Port = { id: ERROR_OUTPUT, name: "Error" };
/** Outputs that a node of an unknown connector is drawn with at most. */
const MAX_UNKNOWN = 32;

/**
 * The outputs of a node, in order. One whose action is unknown has those that its import has noted: the first without a
 * name, as an edge without a handle leaves by it, and the others by their number.
 */
export function outputsOf(data: NodeData, manifest: ActionManifest | undefined): readonly Port[] {
  if (!manifest) return unknownOutputs(data);
  return data.settings?.on_error === "error_output" ? [...manifest.outputs, ERROR_PORT] : manifest.outputs;
}

function unknownOutputs(data: NodeData): readonly Port[] {
  const noted = typeof data.config.outputs === "number" ? data.config.outputs : 1;
  const count = Math.min(Math.max(Math.trunc(noted), 1), MAX_UNKNOWN);
  const first: Port = { id: "main", name: count > 1 ? "1" : "" };
  const others = Array.from({ length: count - 1 }, (_, place) => ({ id: String(place + 1), name: String(place + 2) }));
  const ports = [first, ...others];
  return data.settings?.on_error === "error_output" ? [...ports, ERROR_PORT] : ports;
}
