/** What the twin keeps beside runs: pinned outputs, grants, and whether triggers are switched on. */
import type { Grant } from "../../../bindings/Grant";
import type { NodeId } from "../../../bindings/NodeId";
import type { TriggerInfo } from "../../../bindings/TriggerInfo";
import type { TriggerKind } from "../../../bindings/TriggerKind";
import type { WorkflowId } from "../../../bindings/WorkflowId";
import type { Part } from "../part";
import { coreError, invalidInput, type World } from "../world";
import { type Runs, runsOf } from "./recorded";

const KINDS: Record<string, TriggerKind> = { webhook: "webhook", form: "form", schedule: "schedule", error: "error" };
const HOUR_MS = 3_600_000;

/** Commands on pins, grants and triggers. */
export function keptCommands(world: World): Part {
  const runs = runsOf(world);
  return {
    commands: {
      list_pins: ({ workflow_id }) => [...runs.pinsOf(workflow_id).values()],
      pin_output: ({ workflow_id, node_id, items }) => {
        const pins = runs.pinsOf(workflow_id);
        pins.delete(node_id);
        if (items === null) return null;
        const pin = { node_id, items, updated_at: world.now() };
        pins.set(node_id, pin);
        return pin;
      },
      list_grants: ({ workflow_id }) => runs.grants.get(workflow_id) ?? [],
      add_grant: ({ workflow_id, grant }) => keepGrants(runs, workflow_id, grant, [grant]),
      remove_grant: ({ workflow_id, grant }) => keepGrants(runs, workflow_id, grant, []),
      set_active: ({ workflow_id, active }) => {
        const triggers = triggersOf(world, runs, workflow_id);
        if (active && triggers.length === 0) {
          const message = "No trigger of this workflow works by itself.";
          throw invalidInput([{ path: "nodes", code: "missing", message }]);
        }
        if (active) runs.active.add(workflow_id);
        else runs.active.delete(workflow_id);
        world.changed("trigger", workflow_id);
        return triggersOf(world, runs, workflow_id);
      },
      list_triggers: ({ workflow_id }) => triggersOf(world, runs, workflow_id),
      renew_address: ({ workflow_id, node_id }) => {
        runs.addresses.delete(node_id);
        const found = triggersOf(world, runs, workflow_id).find((trigger) => trigger.node_id === node_id);
        if (!found) throw coreError("not_found", "This node has no address.");
        world.changed("trigger", workflow_id);
        return found;
      },
    },
  };
}

function keepGrants(runs: Runs, id: WorkflowId, grant: Grant, added: Grant[]): Grant[] {
  const others = (runs.grants.get(id) ?? []).filter((other) => JSON.stringify(other) !== JSON.stringify(grant));
  const grants = [...others, ...added];
  runs.grants.set(id, grants);
  return grants;
}

function triggersOf(world: World, runs: Runs, id: WorkflowId): TriggerInfo[] {
  const active = runs.active.has(id);
  return [...world.graph(world.workflow(id)).nodes.values()].flatMap((node): TriggerInfo[] => {
    const kind = KINDS[node.data.connector_id];
    if (kind === undefined) return [];
    const url = kind === "webhook" || kind === "form" ? addressOf(world, runs, kind, node.id) : null;
    const lacks = kind === "schedule" && Object.keys(node.data.config).length === 0;
    const next_at = kind === "schedule" && active && !lacks ? new Date(Date.now() + HOUR_MS).toISOString() : null;
    const problem = lacks ? coreError("invalid_input", "The schedule says no time.", "Set its times.") : null;
    return [{ node_id: node.id, kind, url, next_at, problem }];
  });
}

function addressOf(world: World, runs: Runs, kind: TriggerKind, id: NodeId): string {
  const known = runs.addresses.get(id);
  if (known !== undefined) return known;
  const address = `http://127.0.0.1:7878/${kind}/${world.id().slice(-12)}`;
  runs.addresses.set(id, address);
  return address;
}
