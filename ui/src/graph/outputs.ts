/** The outputs a node has: those of its action, and one for failures when its settings say so. */
import type { ActionManifest } from "../bindings/ActionManifest";
import type { NodeData } from "../bindings/NodeData";
import type { Port } from "../bindings/Port";

/** The output that failures leave by. */
export const ERROR_OUTPUT = "error";

const ERROR_PORT: Port = { id: ERROR_OUTPUT, name: "Error" };
const NONE: readonly Port[] = [];

/** The outputs of a node, in order. A node whose action is unknown has none. */
export function outputsOf(data: NodeData, manifest: ActionManifest | undefined): readonly Port[] {
  if (!manifest) return NONE;
  return data.settings?.on_error === "error_output" ? [...manifest.outputs, ERROR_PORT] : manifest.outputs;
}
