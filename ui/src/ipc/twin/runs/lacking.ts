/**
 * What a run would lack, as the core finds it before the first step: credentials, workflows and data tables that its nodes name
 * and that are gone. A node that needs a credential and names none runs here, as it reaches nothing.
 */
import type { Node } from "../../../bindings/Node";
import type { Problem } from "../../../bindings/Problem";
import { credentialsOf } from "../credentials";
import { tablesOf } from "../tables";
import type { World } from "../world";

/** What is wrong with what a node names. */
export function lacking(world: World, { data }: Node, path: string): Problem[] {
  const problem = (field: string, message: string): Problem => ({
    path: `${path}.${field}`,
    code: "invalid_value",
    message,
  });
  const problems: Problem[] = [];
  const credential = data.settings?.credential_id;
  if (credential && data.config.authentication !== "none" && !credentialsOf(world).summaries.has(credential)) {
    const message = "Its credential does not exist any more. Choose another one in the node's settings.";
    problems.push(problem("settings.credential_id", message));
  }
  const workflow = written(data.config.workflow_id);
  if (data.connector_id === "subworkflow" && workflow !== null) {
    const message = obstacleTo(world, workflow);
    if (message !== null) problems.push(problem("config.workflow_id", message));
  }
  const table = written(data.config.table);
  if (data.connector_id === "data_table" && table !== null && !hasTable(world, table)) {
    problems.push(problem("config.table", `There is no data table “${table}”. Make it, or choose another one.`));
  }
  return problems;
}

/** A text that is no expression. */
function written(value: unknown): string | null {
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" || text.startsWith("=") ? null : text;
}

/** Why a workflow cannot be called. */
function obstacleTo(world: World, id: string): string | null {
  const called = world.workflows.get(id);
  if (called === undefined) return "The workflow that this node runs does not exist any more. Choose another one.";
  const { name, active_version } = called.workflow;
  const { nodes } = world.version(called, active_version).definition;
  const manual = nodes.filter(({ type, data }) => type === "trigger" && data.connector_id === "manual");
  if (manual.length === 0) {
    return `"${name}" has no manual trigger to start from. Add one to it: a called workflow starts there.`;
  }
  if (manual.every(({ data }) => data.settings?.disabled)) {
    return `The manual trigger of "${name}" is switched off. Switch it on, so that the workflow can be called.`;
  }
  return null;
}

function hasTable(world: World, named: string): boolean {
  const tables = [...tablesOf(world).tables.values()];
  return tables.some(({ table }) => table.id === named || table.name.toLowerCase() === named.toLowerCase());
}
