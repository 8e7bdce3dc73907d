/**
 * One line for an action that has just arrived, before the core has described it. Names come from a model: hidden
 * characters are made visible and the length is bounded.
 */
import type { Action } from "../bindings/Action";
import { revealHidden } from "./hiddenText";

const LONGEST_NAME = 80;

/** What an action does, in one line. */
export function titleOf(action: Action): string {
  switch (action.type) {
    case "add_node":
      return `Add ${name(action.label || action.action_id)}`;
    case "update_node":
      return action.label === undefined ? "Change a node" : `Change a node to ${name(action.label)}`;
    case "delete_node":
      return "Delete a node";
    case "add_edge":
      return "Connect two nodes";
    case "delete_edge":
      return "Remove a connection";
    case "generate_workflow":
      return `Replace the workflow: ${action.definition.nodes.length} nodes`;
  }
}

function name(text: string): string {
  const shown = revealHidden(text);
  return `“${shown.length > LONGEST_NAME ? `${shown.slice(0, LONGEST_NAME)}…` : shown}”`;
}
