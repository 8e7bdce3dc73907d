/** The twin's workflows and versions. */
import type { Definition } from "../../bindings/Definition";
import type { WorkflowSummary } from "../../bindings/WorkflowSummary";
import { EMPTY_GRAPH, fromDefinition } from "../../graph/graph";
import type { Part } from "./part";
import { problemsOf } from "./validate";
import { coreError, steps, type TwinWorkflow, type World } from "./world";

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
        const copy = world.create(`${entry.workflow.name} (copy)`, entry.workflow.description, world.graph(entry));
        world.changed("workflow", copy.workflow.id);
        return copy.workflow;
      },
      delete_workflow: ({ workflow_id }) => {
        world.trash.set(workflow_id, world.workflow(workflow_id));
        world.workflows.delete(workflow_id);
        world.changed("workflow", workflow_id);
        return null;
      },
      restore_workflow: ({ workflow_id }) => {
        const entry = world.trash.get(workflow_id);
        if (!entry) throw coreError("not_found", "This workflow is not in the trash.");
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
    edit_workflow: ({ request }) => {
      const entry = world.workflow(request.workflow_id);
      if (request.base_version !== entry.workflow.active_version) {
        throw coreError("conflict", "The workflow has changed in the meantime.", "Look at it again.");
      }
      const problems = problemsOf(world.catalog, world.graph(entry), request.actions);
      if (problems.length > 0) {
        const message = problems.length === 1 ? (problems[0]?.message ?? "") : `${problems.length} things are wrong.`;
        throw coreError("invalid_input", message, "Correct the marked fields.", problems);
      }
      return world.store(entry, world.apply(entry, request.actions), { type: "user" });
    },
    undo: ({ workflow_id }) => {
      const entry = world.workflow(workflow_id);
      const target = entry.undo.at(-1);
      if (target === undefined) throw coreError("invalid_input", "There is nothing to undo.");
      const graph = fromDefinition(world.version(entry, target).definition);
      return world.store(entry, graph, { type: "undo", version_number: target });
    },
    redo: ({ workflow_id }) => {
      const entry = world.workflow(workflow_id);
      const target = entry.redo.at(-1);
      if (target === undefined) throw coreError("invalid_input", "There is nothing to redo.");
      const graph = fromDefinition(world.version(entry, target).definition);
      return world.store(entry, graph, { type: "redo", version_number: target });
    },
    list_versions: ({ workflow_id, limit }) =>
      world
        .workflow(workflow_id)
        .versions.slice(-limit)
        .reverse()
        .map(({ version_number, is_active, origin, definition, created_at }) => ({
          version_number,
          is_active,
          origin,
          node_count: definition.nodes.length,
          created_at,
        })),
    get_version: ({ workflow_id, version_number }) => world.version(world.workflow(workflow_id), version_number),
    restore_version: ({ workflow_id, version_number }) => {
      const entry = world.workflow(workflow_id);
      const graph = fromDefinition(world.version(entry, version_number).definition);
      return world.store(entry, graph, { type: "restore", version_number });
    },
  };
}

function checkedName(name: string): string {
  if (name.trim() === "") {
    throw coreError("invalid_input", "A workflow needs a name.", "Enter one.", [
      { path: "name", code: "missing", message: "A workflow needs a name." },
    ]);
  }
  if ([...name].length > 200) {
    throw coreError("invalid_input", "The name is longer than 200 characters.", "Shorten it.", [
      { path: "name", code: "too_large", message: "The name is longer than 200 characters." },
    ]);
  }
  return name;
}

function summary(world: World, entry: TwinWorkflow): WorkflowSummary {
  const { definition } = world.version(entry, entry.workflow.active_version);
  return { ...entry.workflow, node_count: definition.nodes.length, connector_ids: connectorIds(definition) };
}

function connectorIds(definition: Definition): string[] {
  return [...new Set(definition.nodes.map((node) => node.data.connector_id))];
}
