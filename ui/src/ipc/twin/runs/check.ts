/** Whether a run of the twin can begin: it refuses what the core refuses, in the same words. */
import type { Node } from "../../../bindings/Node";
import type { NodeId } from "../../../bindings/NodeId";
import type { Problem } from "../../../bindings/Problem";
import type { RunMode } from "../../../bindings/RunMode";
import type { WorkflowId } from "../../../bindings/WorkflowId";
import type { Graph } from "../../../graph/graph";
import { checkConfig } from "../config";
import { invalidInput, type World } from "../world";
import { addLacking, entrance } from "./lacking";
import { type Asked, withoutModel } from "./modelAccess";
import { endsOf, reachable } from "./order";

/** Workflows looked at for one run. */
const MOST_CALLED = 200;
/** How deep workflows may call one another. */
const DEEPEST = 16;

/** What the nodes of one workflow lack and name, by their place. */
export interface Own {
  readonly problems: Problem[];
  readonly models: { place: number; provider: string | null }[];
  readonly calls: { place: number; workflow: WorkflowId }[];
}

interface Started {
  id: WorkflowId;
  name: string;
  graph: Graph;
  trigger: NodeId;
  mode: RunMode;
}

/** Refuses a run that lacks something in these nodes, or in the workflows that they run, with every problem. */
export function refuseIncomplete(world: World, run: Started, wanted: ReadonlySet<NodeId>): void {
  const own = ownOf(world, run.graph, wanted);
  const asked = own.models.map(
    ({ place, provider }): Asked => ({ provider, path: `nodes[${place}].data.config.provider`, within: "" }),
  );
  const called = lackingInCalled(world, run, own);
  const models = withoutModel(world, [...asked, ...called.asked]);
  const problems = [...own.problems, ...called.problems, ...models];
  if (problems.length === 0) return;
  const things = problems.length === 1 ? "one thing is" : `${problems.length} things are`;
  throw {
    ...invalidInput(problems),
    message: `The workflow cannot run yet: ${things} missing or wrong.`,
    hint: "Open the nodes that are named and complete them.",
  };
}

/** What these nodes lack and name. Those that are switched off are not looked at. */
function ownOf(world: World, graph: Graph, wanted: ReadonlySet<NodeId>): Own {
  const nodes = [...graph.nodes.values()].map((node, place) => ({ node, place }));
  const counting = nodes.filter(({ node }) => wanted.has(node.id) && !node.data.settings?.disabled);
  const problems = counting.flatMap(({ node, place }) => problemsOf(world, node, `nodes[${place}].data`));
  const own: Own = { problems, models: [], calls: [] };
  for (const { node, place } of counting) addLacking(world, place, node, own);
  return own;
}

function problemsOf(world: World, { data }: Node, path: string): Problem[] {
  const connector = world.catalog.find(({ id }) => id === data.connector_id);
  const manifest = connector?.actions.find(({ id }) => id === data.action_id);
  if (!manifest) return [{ path, code: "unknown_action", message: `${data.label}: there is no such action.` }];
  const problems: Problem[] = [];
  checkConfig(manifest, data.config, data.config, "complete", (field, code, message) =>
    problems.push({ path: path + field, code, message }),
  );
  return problems;
}

interface Call {
  workflow: WorkflowId;
  path: string;
  /** Who runs whom, up to the caller. */
  chain: string;
  depth: number;
}

/** What called workflows lack, each looked at once and named at the first node that leads to it. */
function lackingInCalled(world: World, run: Started, own: Own): { problems: Problem[]; asked: Asked[] } {
  const problems: Problem[] = [];
  const asked: Asked[] = [];
  const root = world.workflows.get(run.id);
  const startsAtEntrance = root && entrance(world, root)?.id === run.trigger;
  const seen = new Set<WorkflowId>(startsAtEntrance ? [run.id] : []);
  const open = own.calls.map(
    ({ place, workflow }): Call => ({
      workflow,
      path: `nodes[${place}].data.config.workflow_id`,
      chain: `“${run.name}”`,
      depth: 1,
    }),
  );
  for (const call of open) {
    const called = world.workflows.get(call.workflow);
    if (!called || call.depth > DEEPEST || seen.size >= MOST_CALLED || seen.has(call.workflow)) continue;
    seen.add(call.workflow);
    const chain = `${call.chain}${call.depth === 1 ? "" : ", which"} runs “${called.workflow.name}”`;
    const graph = world.graph(called);
    const nodes = [...graph.nodes.values()];
    const whose = (place: number | undefined) => {
      const label = place === undefined ? undefined : nodes[place]?.data.label;
      return label === undefined ? `${chain}, which cannot run: ` : `${chain}, whose node “${label}” cannot run: `;
    };
    const found = ownOf(world, graph, partOfCalled(world, call.workflow, graph));
    for (const { path, code, message } of found.problems) {
      problems.push({ path: call.path, code, message: whose(placeOf(path)) + message });
    }
    for (const { place, provider } of found.models) asked.push({ provider, path: call.path, within: whose(place) });
    for (const { workflow } of found.calls) open.push({ workflow, path: call.path, chain, depth: call.depth + 1 });
  }
  return { problems, asked };
}

/** The nodes that a call leads to. */
function partOfCalled(world: World, id: WorkflowId, graph: Graph): Set<NodeId> {
  const start = entrance(world, world.workflow(id));
  return reachable(start ? [start.id] : [], endsOf(graph).outgoing, true);
}

/** The node that a path such as `nodes[3].data.config.url` is about, by its place. */
function placeOf(path: string): number | undefined {
  const found = /^nodes\[(\d+)\]/.exec(path)?.[1];
  return found === undefined ? undefined : Number(found);
}
