/** The twin's workflows and versions. */
import type { Change } from "../../bindings/Change";
import type { Definition } from "../../bindings/Definition";
import type { EditRequest } from "../../bindings/EditRequest";
import type { WorkflowSummary } from "../../bindings/WorkflowSummary";
import { EMPTY_GRAPH, fromDefinition } from "../../graph/graph";
import { identify } from "./identify";
import type { Part } from "./part";
import { runsOf } from "./runs/recorded";
import { problemsOf } from "./validate";
import { coreError, invalidInput, steps, type TwinWorkflow, type World } from "./world";

/** Commands on workflows and their versions. */
export function workflowCommands(world: World): Part {
  return {
    commands: {
      catalog: () => world.catalog,
      list_workflows: () =>
        [...world.workflows.values()]
          .map((entry) => summary(world, entry))
          .sort((a, b) => b.updated_at.localeCompare(a.updated_at)),
      create_workflow: ({ name, description }) => {
        const { workflow } = world.create(checkedName(name), description, EMPTY_GRAPH);
        world.changed("workflow", workflow.id);
        return workflow;
      },
      open_workflow: ({ workflow_id }) => {
        const entry = world.workflow(workflow_id);
        const version = world.version(entry, entry.workflow.active_version);
        return { workflow: entry.workflow, version, ...steps(entry) };
      },
      rename_workflow: ({ workflow_id, name, description }) => {
        const entry = world.workflow(workflow_id);
        entry.workflow = { ...entry.workflow, name: checkedName(name), description, updated_at: world.now() };
        world.changed("workflow", workflow_id);
        return entry.workflow;
      },
      duplicate_workflow: ({ workflow_id }) => {
        const entry = world.workflow(workflow_id);
        const { name, description } = entry.workflow;
        const copy = world.create(copyName(name), description, world.graph(entry), { type: "import" });
        world.changed("workflow", copy.workflow.id);
        return copy.workflow;
      },
      delete_workflow: ({ workflow_id }) => {
        world.trash.set(workflow_id, world.workflow(workflow_id));
        world.workflows.delete(workflow_id);
        for (const { summary, stop } of runsOf(world).newestFirst(workflow_id)) {
          if (summary.status !== "unknown") stop.abort();
        }
        world.changed("workflow", workflow_id);
        return null;
      },
      restore_workflow: ({ workflow_id }) => {
        const entry = world.trash.get(workflow_id) ?? world.workflow(workflow_id);
        world.trash.delete(workflow_id);
        world.workflows.set(workflow_id, entry);
        world.changed("workflow", workflow_id);
        return entry.workflow;
      },
      ...versionCommands(world),
    },
  };
}

/** Edits, undo and redo, and the history of versions. */
function versionCommands(world: World): Part["commands"] {
  return {
    edit_workflow: ({ request }) => edit(world, request),
    undo: ({ workflow_id }) => {
      const entry = world.workflow(workflow_id);
      return bringBack(world, entry, "undo", entry.undo.at(-1));
    },
    redo: ({ workflow_id }) => {
      const entry = world.workflow(workflow_id);
      return bringBack(world, entry, "redo", entry.redo.at(-1));
    },
    list_versions: ({ workflow_id, limit }) =>
      world
        .workflow(workflow_id)
        .versions.toReversed()
        .slice(0, limit)
        .map(({ version_number, is_active, origin, definition, created_at }) => ({
          version_number,
          is_active,
          origin,
          node_count: definition.nodes.length,
          created_at,
        })),
    get_version: ({ workflow_id, version_number }) => world.version(world.workflow(workflow_id), version_number),
    restore_version: ({ workflow_id, version_number }) =>
      bringBack(world, world.workflow(workflow_id), "restore", version_number),
  };
}

function edit(world: World, { workflow_id, base_version, actions }: EditRequest): Change {
  if (actions.length === 0) {
    throw invalidInput([{ path: "actions", code: "missing", message: "There is nothing to change." }]);
  }
  const entry = world.workflow(workflow_id);
  if (base_version !== entry.workflow.active_version) {
    throw coreError("conflict", "The workflow has changed in the meantime.", "Look at it again.");
  }
  const ready = identify(world, world.graph(entry), actions);
  const problems = problemsOf(world.catalog, world.graph(entry), ready, "draft").flat();
  if (problems.length > 0) throw invalidInput(problems);
  return world.store(entry, world.apply(entry, ready), { type: "user" });
}

/** Makes the content of an earlier version the newest one. */
function bringBack(
  world: World,
  entry: TwinWorkflow,
  type: "undo" | "redo" | "restore",
  version_number: number | undefined,
): Change {
  if (version_number === undefined) throw coreError("conflict", `There is nothing to ${type}.`);
  const graph = fromDefinition(world.version(entry, version_number).definition);
  return world.store(entry, graph, { type, version_number });
}

/** Characters a name may have. */
const NAME_LIMIT = 200;

function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === "") throw invalidInput([{ path: "name", code: "missing", message: "A workflow needs a name." }]);
  if ([...trimmed].length > NAME_LIMIT) {
    const message = `The name is longer than ${NAME_LIMIT} characters.`;
    throw invalidInput([{ path: "name", code: "too_large", message }]);
  }
  return trimmed;
}

function copyName(name: string): string {
  const suffix = " (copy)";
  const kept = [...name].slice(0, NAME_LIMIT - suffix.length).join("");
  return `${kept.trimEnd()}${suffix}`;
}

function summary(world: World, entry: TwinWorkflow): WorkflowSummary {
  const { definition } = world.version(entry, entry.workflow.active_version);
  const active = runsOf(world).active.has(entry.workflow.id);
  return { ...entry.workflow, active, node_count: definition.nodes.length, connector_ids: connectorIds(definition) };
}

function connectorIds(definition: Definition): string[] {
  return [...new Set(definition.nodes.map((node) => node.data.connector_id))];
}
