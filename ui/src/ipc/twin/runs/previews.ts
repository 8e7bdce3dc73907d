/** What expressions of a node can use in the twin, and what they give on data that is there. */
import type { DataSource } from "../../../bindings/DataSource";
import type { Item } from "../../../bindings/Item";
import type { NodeId } from "../../../bindings/NodeId";
import type { RunId } from "../../../bindings/RunId";
import type { WorkflowId } from "../../../bindings/WorkflowId";
import { codesOf } from "../../../graph/expressions/template";
import type { Part } from "../part";
import type { World } from "../world";
import { endsOf, reachable } from "./order";
import { type RecordedRun, type Runs, runsOf } from "./recorded";
import { evaluate, problemOf } from "./values";

/** Items shown of a source at most. */
const SHOWN = 20;

/** Commands that read data and execute nothing. */
export function previewCommands(world: World): Part {
  const runs = runsOf(world);
  return {
    commands: {
      preview_expression: ({ request: { workflow_id, node_id, run_id, item, text } }) => {
        const fault = codesOf(text, 1).fault;
        if (fault) return { problems: [fault] };
        const data = arriving(runs, workflow_id, node_id, run_id ?? null)?.items[item];
        // Without data only what needs none can be said.
        if (!data) return { problems: [], ...(codesOf(text, 1).codes.length > 0 ? {} : { value: text.slice(1) }) };
        const itemsOf = (label: string) => {
          const graph = world.graph(world.workflow(workflow_id));
          const node = [...graph.nodes.values()].find((candidate) => candidate.data.label === label);
          return node && leaving(runs, workflow_id, node.id, run_id ?? null)?.items;
        };
        const problem = problemOf(text, data, itemsOf);
        return problem ? { problems: [problem] } : { value: evaluate(text, data, itemsOf), problems: [] };
      },
      data_sources: ({ workflow_id, node_id, run_id }) => {
        const graph = world.graph(world.workflow(workflow_id));
        const before = [...reachable([node_id], endsOf(graph).incoming, false)].filter((id) => id !== node_id);
        const here = arriving(runs, workflow_id, node_id, run_id);
        return [
          source("$json", undefined, here?.run.summary.id, here?.items ?? []),
          ...before.map((id) => {
            const found = leaving(runs, workflow_id, id, run_id);
            return source(graph.nodes.get(id)?.data.label ?? "", id, found?.run.summary.id, found?.items ?? []);
          }),
        ];
      },
    },
  };
}

interface Found {
  run: RecordedRun;
  items: readonly Item[];
}

/** Items that last arrived at a node. */
function arriving(runs: Runs, workflowId: WorkflowId, nodeId: NodeId, runId: RunId | null): Found | undefined {
  for (const run of candidates(runs, workflowId, runId)) {
    const step = run.steps.findLast(({ summary }) => summary.node_id === nodeId);
    if (step) return { run, items: step.inputs.flat() };
  }
  return undefined;
}

/** Items a node last put out. */
function leaving(runs: Runs, workflowId: WorkflowId, nodeId: NodeId, runId: RunId | null): Found | undefined {
  for (const run of candidates(runs, workflowId, runId)) {
    const step = run.steps.findLast(({ summary }) => summary.node_id === nodeId && summary.status === "success");
    if (step) return { run, items: Object.values(step.outputs).flat() };
  }
  return undefined;
}

function candidates(runs: Runs, workflowId: WorkflowId, runId: RunId | null): RecordedRun[] {
  return runId === null ? runs.newestFirst(workflowId) : [runs.run(runId)];
}

function source(
  label: string,
  nodeId: NodeId | undefined,
  runId: RunId | undefined,
  items: readonly Item[],
): DataSource {
  const fields = Object.keys(items[0]?.json ?? {}).map((name) => [name, { type: typeof items[0]?.json[name] }]);
  return {
    ...(nodeId === undefined ? {} : { node_id: nodeId }),
    label,
    ...(runId === undefined ? {} : { run_id: runId }),
    items: items.slice(0, SHOWN),
    total: items.length,
    schema: { type: "object", properties: Object.fromEntries(fields) },
  };
}
