/** The twin's proposals: described, held against the workflow, applied through the same memory as the user's edits. */
import type { Action } from "../../bindings/Action";
import type { DecisionRequest } from "../../bindings/DecisionRequest";
import type { FieldChange } from "../../bindings/FieldChange";
import type { Message } from "../../bindings/Message";
import type { Problem } from "../../bindings/Problem";
import type { Proposal } from "../../bindings/Proposal";
import type { ProposedAction } from "../../bindings/ProposedAction";
import type { Risk } from "../../bindings/Risk";
import type { WorkflowId } from "../../bindings/WorkflowId";
import type { Graph } from "../../graph/graph";
import { hasHidden, revealHidden } from "../../state/hiddenText";
import { conversationsOf } from "./conversations";
import type { Part } from "./part";
import { problemsOf } from "./validate";
import { coreError, difference, type TwinWorkflow, type World } from "./world";

/** Commands on proposals. */
export function proposalCommands(world: World): Part {
  return {
    commands: {
      preview_proposal: ({ message_id, indexes }) => preview(world, message_id, indexes).proposal,
      apply_proposal: ({ request }) => apply(world, request),
      reject_proposal: ({ request }) => reject(world, request),
    },
  };
}

/** Every action with its title, fields, risks and dependencies. */
export function describeActions(world: World, workflowId: WorkflowId, actions: readonly Action[]): ProposedAction[] {
  const graph = world.graph(world.workflow(workflowId));
  const makers = new Map<string, number>();
  actions.forEach((action, index) => {
    if (action.type === "add_node" && action.id) makers.set(action.id, index);
  });
  const problems = problemsOf(world.catalog, graph, actions);
  const known = hosts(graph);
  return actions.map((action, index) => ({
    index,
    action,
    problems: problems.filter(({ path }) => path.startsWith(`actions[${index}]`)),
    risks: risksOf(world, action, known),
    depends_on: [...new Set(namedBy(action).flatMap((id) => makers.get(id) ?? []))].filter((other) => other < index),
    title: titleOf(graph, actions, action),
    fields: fieldsOf(graph, action),
    decision: { type: "pending" },
  }));
}

function namedBy(action: Action): string[] {
  if (action.type === "add_edge") return [action.source, action.target];
  return action.type === "update_node" || action.type === "delete_node" ? [action.node_id] : [];
}

function hosts(graph: Graph): Set<string> {
  return new Set([...graph.nodes.values()].flatMap(({ data }) => hostOf(data.config.url)));
}

function hostOf(url: unknown): string[] {
  return typeof url === "string" && URL.canParse(url) ? [new URL(url).host] : [];
}

function risksOf(world: World, action: Action, known: Set<string>): Risk[] {
  if (action.type === "delete_node" || action.type === "delete_edge") return ["deletion"];
  if (action.type !== "add_node") return hasHidden(JSON.stringify(action)) ? ["hidden_text"] : [];
  const connector = world.catalog.find(({ id }) => id === action.connector_id);
  const risks = new Set<Risk>(connector?.actions.find(({ id }) => id === action.action_id)?.risks ?? []);
  if (hostOf(action.config.url).some((host) => !known.has(host))) risks.add("new_host");
  if (hasHidden(JSON.stringify([action.label, action.config]))) risks.add("hidden_text");
  return [...risks];
}

function titleOf(graph: Graph, actions: readonly Action[], action: Action): string {
  const name = (id: string) => {
    const added = actions.find((other) => other.type === "add_node" && other.id === id);
    const label = added?.type === "add_node" ? added.label : graph.nodes.get(id)?.data.label;
    return `“${revealHidden(label ?? id)}”`;
  };
  switch (action.type) {
    case "add_node":
      return `Add “${revealHidden(action.label)}”`;
    case "update_node":
      return `Change ${name(action.node_id)}`;
    case "delete_node":
      return `Delete ${name(action.node_id)}`;
    case "add_edge":
      return `Connect ${name(action.source)} to ${name(action.target)}`;
    case "delete_edge":
      return "Remove a connection";
    case "generate_workflow":
      return `Replace the whole workflow with ${action.definition.nodes.length} nodes`;
  }
}

function fieldsOf(graph: Graph, action: Action): FieldChange[] {
  if (action.type !== "add_node" && action.type !== "update_node") return [];
  const before = action.type === "update_node" ? graph.nodes.get(action.node_id)?.data : undefined;
  const text = (value: unknown) =>
    value === undefined || value === null
      ? null
      : revealHidden(typeof value === "string" ? value : JSON.stringify(value));
  const label =
    action.label === undefined ? [] : [{ name: "Label", before: text(before?.label), after: text(action.label) }];
  return label.concat(
    Object.entries(action.config ?? {}).map(([name, value]) => ({
      name,
      before: text(before?.config[name]),
      after: text(value),
    })),
  );
}

function preview(world: World, messageId: string, indexes: readonly number[] | null) {
  const { message, workflowId, to } = conversationsOf(world).find(messageId);
  const entry = world.workflow(workflowId);
  const pending = message.actions.filter(({ decision }) => decision.type === "pending");
  const asked = withDependencies(message, indexes ?? pending.map(({ index }) => index));
  const applied = message.actions.filter(({ decision }) => decision.type === "applied").map(({ index }) => index);
  const problems = problemsOf(
    world.catalog,
    world.graph(entry),
    pending.map(({ action }) => action),
  );
  const actions = message.actions.map((proposed) => {
    const place = pending.indexOf(proposed);
    if (place === -1) return proposed;
    const now = problems
      .filter(({ path }) => path.startsWith(`actions[${place}]`))
      .map((problem) => ({ ...problem, path: problem.path.replace(/^actions\[\d+\]/, `actions[${proposed.index}]`) }));
    return { ...proposed, problems: [...now, ...dependencyProblems(message, proposed)] };
  });
  const applicable = applicableOf(actions, asked, new Set(applied));
  const chosen = applicable.flatMap((index) => actions[index]?.action ?? []);
  const before = world.graph(entry);
  const after = world.apply(entry, chosen);
  const change = difference(before, after);
  const proposal: Proposal = {
    message_id: messageId,
    base_version: entry.workflow.active_version,
    stale: isStale(entry, message),
    actions,
    applicable,
    hash: digest(JSON.stringify([entry.workflow.active_version, chosen])),
    added_nodes: change.nodes.filter(({ id }) => !before.nodes.has(id)),
    changed_nodes: change.nodes.filter(({ id }) => before.nodes.has(id)),
    removed_nodes: change.removed_nodes.flatMap((id) => before.nodes.get(id) ?? []),
    added_edges: change.edges.filter(({ id }) => !before.edges.has(id)),
    removed_edges: change.removed_edges.flatMap((id) => before.edges.get(id) ?? []),
  };
  return { proposal, message, entry, after, to, workflowId };
}

/** A change whose ground was rejected cannot be applied any more. */
function dependencyProblems(message: Message, { index, depends_on }: ProposedAction): Problem[] {
  const missing = depends_on.filter((other) => message.actions[other]?.decision.type === "rejected");
  return missing.map((other) => ({
    path: `actions[${index}]`,
    code: "dependency",
    message: `It needs change ${other + 1}, which was rejected.`,
  }));
}

function withDependencies(message: Message, indexes: readonly number[]): number[] {
  const all = new Set<number>();
  const add = (index: number) => {
    const action = message.actions[index];
    if (all.has(index) || action?.decision.type !== "pending") return;
    action.depends_on.forEach(add);
    all.add(index);
  };
  indexes.forEach(add);
  return [...all].sort((a, b) => a - b);
}

function applicableOf(
  actions: readonly ProposedAction[],
  asked: readonly number[],
  applied: ReadonlySet<number>,
): number[] {
  const taken = new Set(applied);
  const applicable: number[] = [];
  for (const index of asked) {
    const action = actions[index];
    if (!action || action.problems.length > 0 || !action.depends_on.every((other) => taken.has(other))) continue;
    taken.add(index);
    applicable.push(index);
  }
  return applicable;
}

/** Whether anything but this proposal has written a version since. */
function isStale(entry: TwinWorkflow, message: Message): boolean {
  return entry.versions
    .slice(message.metadata.base_version ?? 0)
    .some(({ origin }) => origin.type !== "assistant" || origin.message_id !== message.id);
}

function apply(world: World, request: DecisionRequest) {
  const { proposal, message, entry, after, to, workflowId } = preview(world, request.message_id, request.indexes);
  if (message.status !== "complete")
    throw coreError("conflict", "An answer that was cut off cannot be applied.", "Ask again.");
  if (proposal.hash !== request.hash) {
    throw coreError("conflict", "The workflow has changed since this was shown.", "Look at the changes again.");
  }
  if (proposal.applicable.length === 0) throw coreError("invalid_input", "None of these changes can be applied.");
  const change = world.store(entry, after, { type: "assistant", message_id: message.id });
  const { active_version } = change.workflow;
  decide(message, proposal.applicable, { type: "applied", version_number: active_version });
  const titles = proposal.applicable.map((index) => `- ${message.actions[index]?.title}`);
  const count = titles.length === 1 ? "1 change" : `${titles.length} changes`;
  const text = `Applied ${count} as version ${active_version}:\n\n${titles.join("\n")}`;
  const note = conversationsOf(world).add(to, "system", text, { metadata: { about: message.id } });
  world.changed("thread", workflowId);
  return { message, note, change };
}

function reject(world: World, request: DecisionRequest) {
  const { message, to, workflowId } = conversationsOf(world).find(request.message_id);
  decide(message, request.indexes, { type: "rejected" });
  const count = request.indexes.length === 1 ? "1 change" : `${request.indexes.length} changes`;
  const reason = request.reason ? ` Reason: ${request.reason}` : "";
  const text = `Rejected ${count}. Nothing in the workflow has changed.${reason}`;
  const note = conversationsOf(world).add(to, "system", text, { metadata: { about: message.id } });
  world.changed("thread", workflowId);
  return { message, note, change: null };
}

function decide(message: Message, indexes: readonly number[], decision: ProposedAction["decision"]): void {
  const chosen = new Set(indexes);
  message.actions = message.actions.map((action) => (chosen.has(action.index) ? { ...action, decision } : action));
}

/** 64 hexadecimal digits that differ when the text does. Not the core's hash: the interface only hands it back. */
function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of text)
    hash = BigInt.asUintN(64, (hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n);
  return hash.toString(16).padStart(64, "0");
}
