/**
 * What one node names that is not there, as the core finds it before the first step: credentials, workflows and data tables.
 * What an expression gives is not known before.
 */
import type { Node } from "../../../bindings/Node";
import type { Problem } from "../../../bindings/Problem";
import type { ProblemCode } from "../../../bindings/ProblemCode";
import type { WorkflowId } from "../../../bindings/WorkflowId";
import { credentialsOf } from "../credentials";
import { tablesOf } from "../tables";
import type { TwinWorkflow, World } from "../world";
import type { Own } from "./check";

/** Adds what a node lacks, and what it names that is looked at elsewhere. */
export function addLacking(world: World, place: number, node: Node, own: Own): void {
  const { data } = node;
  const note = (field: string, [code, message]: Lack) =>
    own.problems.push({ path: `nodes[${place}].data.${field}`, code, message });
  const credential = lackOfCredential(world, node);
  if (credential) note("settings.credential_id", credential);
  const provider = data.config.provider;
  const isWritten = typeof provider === "string" && provider.trim() !== "";
  if (credentialOf(world, node) === "model_provider" && !(isWritten && provider.startsWith("="))) {
    own.models.push({ place, provider: isWritten ? provider : null });
  }
  const workflow = written(data.config.workflow_id);
  if (data.connector_id === "subworkflow" && workflow !== null) {
    const obstacle = obstacleTo(world, workflow);
    if (obstacle === null) own.calls.push({ place, workflow });
    else note("config.workflow_id", ["invalid_value", obstacle]);
  }
  const table = written(data.config.table);
  if (data.connector_id === "data_table" && table !== null && !hasTable(world, table)) {
    note("config.table", ["invalid_value", `There is no data table “${table}”. Make it, or choose another one.`]);
  }
}

type Lack = [ProblemCode, Problem["message"]];

/** What is wrong with the credential of a node that needs one. */
function lackOfCredential(world: World, node: Node): Lack | null {
  const isNeeded = needsCredential(world, node);
  if (isNeeded === null) return null;
  const id = node.data.settings?.credential_id ?? null;
  if (id === null) {
    return isNeeded ? ["missing", "A credential is missing. Choose one in the node's settings."] : null;
  }
  if (credentialsOf(world).summaries.has(id)) return null;
  return ["invalid_value", "Its credential does not exist any more. Choose another one in the node's settings."];
}

/** Whether a node needs a credential; null when it does not use one. Where its parameters decide, an expression may. */
function needsCredential(world: World, node: Node): boolean | null {
  const { authentication } = node.data.config;
  if (authentication === "none" || authentication === "") return null;
  if (typeof authentication === "string") return !authentication.startsWith("=");
  const kind = credentialOf(world, node);
  return kind === null || kind === "model_provider" ? null : true;
}

/** The kind of credential that the action of a node uses. */
function credentialOf(world: World, { data }: Node): string | null {
  const connector = world.catalog.find(({ id }) => id === data.connector_id);
  const action = connector?.actions.find(({ id }) => id === data.action_id);
  return action ? (action.credential ?? connector?.credential ?? null) : null;
}

/** A text that is no expression. */
function written(value: unknown): string | null {
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" || text.startsWith("=") ? null : text;
}

/** Why a workflow cannot be called. */
function obstacleTo(world: World, id: WorkflowId): string | null {
  const called = world.workflows.get(id);
  if (called === undefined) return "The workflow that this node runs does not exist any more. Choose another one.";
  const { name } = called.workflow;
  const manual = manualTriggers(world, called);
  if (manual.length === 0) {
    return `"${name}" has no manual trigger to start from. Add one to it: a called workflow starts there.`;
  }
  if (manual.every(({ data }) => data.settings?.disabled)) {
    return `The manual trigger of "${name}" is switched off. Switch it on, so that the workflow can be called.`;
  }
  return null;
}

/** Where a called workflow begins: at its first manual trigger that is not switched off. */
export function entrance(world: World, called: TwinWorkflow): Node | undefined {
  return manualTriggers(world, called).find(({ data }) => !data.settings?.disabled);
}

function manualTriggers(world: World, called: TwinWorkflow): Node[] {
  const { nodes } = world.version(called, called.workflow.active_version).definition;
  return nodes.filter(({ type, data }) => type === "trigger" && data.connector_id === "manual");
}

function hasTable(world: World, named: string): boolean {
  const tables = [...tablesOf(world).tables.values()];
  return tables.some(({ table }) => table.id === named || table.name.toLowerCase() === named.toLowerCase());
}
