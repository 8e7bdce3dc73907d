/** Failures of the twin's steps, from what a test orders. */
import type { Node } from "../../../bindings/Node";
import type { StepError } from "../../../bindings/StepError";
import { coreError } from "../world";
import type { Failure } from "./recorded";

/** The failure of a node, with whatever the test left out. */
export function failureOf(node: Node, { error, ...rest }: Failure): StepError {
  return {
    node_id: node.id,
    node_label: node.data.label,
    parameter: null,
    position: null,
    item: null,
    grant: null,
    detail: null,
    ...rest,
    error: { ...coreError("node_failed", error.message), ...error },
  };
}
