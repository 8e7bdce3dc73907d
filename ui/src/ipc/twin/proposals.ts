/** The twin's proposals: held against the workflow, applied through the same memory as the user's edits. */
import type { Decided } from "../../bindings/Decided";
import type { DecisionRequest } from "../../bindings/DecisionRequest";
import type { Message } from "../../bindings/Message";
import type { Problem } from "../../bindings/Problem";
import type { Proposal } from "../../bindings/Proposal";
import type { ProposedAction } from "../../bindings/ProposedAction";
import type { Graph } from "../../graph/graph";
import { conversationsOf } from "./conversations";
import type { Part } from "./part";
import { problemsOf } from "./validate";
import { coreError, difference, invalidInput, type TwinWorkflow, type World } from "./world";

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

function preview(world: World, messageId: string, indexes: readonly number[] | null) {
  const { message, workflowId, to } = conversationsOf(world).find(messageId);
  checkIndexes(message, indexes ?? []);
  const entry = world.workflow(workflowId);
  const before = world.graph(entry);
  const actions = examined(world, message, before);
  const applicable = applicableOf(actions, withDependencies(actions, indexes ?? actions.map(({ index }) => index)));
  const chosen = applicable.flatMap((index) => actions[index]?.action ?? []);
  const proposed = actions.filter(isPending).map(({ action }) => action);
  const after = world.apply(entry, chosen, { proposed, unmoved: unmovedOf(world, entry, message) });
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

/** All actions of a message, those that are not decided yet with the problems of now. */
function examined(world: World, message: Message, graph: Graph): ProposedAction[] {
  const pending = message.actions.filter(isPending);
  const batch = pending.map(({ action }) => action);
  const problems = problemsOf(world.catalog, graph, batch, "complete");
  const places = new Map(pending.map((proposed, place) => [proposed, place]));
  const renumbered =
    ({ index }: ProposedAction) =>
    (problem: Problem) => ({
      ...problem,
      path: problem.path.replace(/^actions\[\d+\]/, `actions[${index}]`),
    });
  const actions = message.actions.map((proposed) => {
    const place = places.get(proposed);
    return { ...proposed, problems: (place === undefined ? [] : (problems[place] ?? [])).map(renumbered(proposed)) };
  });
  const lost = new Set<number>();
  for (const proposed of actions) {
    const note = (message: string) => {
      proposed.problems = [{ path: `actions[${proposed.index}]`, code: "dependency", message }];
    };
    const isRejected = (index: number) => message.actions[index]?.decision.type === "rejected";
    const rejected = proposed.depends_on.find(isRejected);
    const missing = proposed.depends_on.find((other) => lost.has(other));
    if (proposed.problems.length > 0 && rejected !== undefined) {
      note(`It builds on step ${rejected + 1}, which was rejected.`);
    } else if (proposed.problems.length === 0 && missing !== undefined) {
      note(`It depends on step ${missing + 1}, which cannot be applied.`);
    }
    if (proposed.problems.length > 0 || isRejected(proposed.index)) lost.add(proposed.index);
  }
  return actions;
}

/** Nodes that earlier parts of the proposal have added, whose places were chosen and nobody has changed. */
function unmovedOf(world: World, entry: TwinWorkflow, { actions }: Message): Set<string> {
  const now = world.graph(entry);
  const unmoved = new Set<string>();
  for (const { action, decision } of actions) {
    if (decision.type !== "applied" || action.type !== "add_node" || action.position || !action.id) continue;
    const then = world.version(entry, decision.version_number).definition.nodes.find(({ id }) => id === action.id);
    const place = now.nodes.get(action.id)?.position;
    if (place && then?.position.x === place.x && then.position.y === place.y) unmoved.add(action.id);
  }
  return unmoved;
}

const isPending = ({ decision }: ProposedAction) => decision.type === "pending";

function checkIndexes(message: Message, indexes: readonly number[]): void {
  const problems = indexes.flatMap((index, at): Problem[] =>
    message.actions[index]
      ? []
      : [{ path: `indexes[${at}]`, code: "invalid_value", message: `The answer has no action ${index}.` }],
  );
  if (problems.length > 0) throw invalidInput(problems);
}

function withDependencies(actions: readonly ProposedAction[], indexes: readonly number[]): number[] {
  const all = new Set<number>();
  const add = (index: number) => {
    const action = actions[index];
    if (all.has(index) || !action || !isPending(action) || action.problems.length > 0) return;
    action.depends_on.forEach(add);
    all.add(index);
  };
  indexes.forEach(add);
  return [...all].sort((a, b) => a - b);
}

function applicableOf(actions: readonly ProposedAction[], asked: readonly number[]): number[] {
  const taken = new Set(actions.filter(({ decision }) => decision.type === "applied").map(({ index }) => index));
  const applicable: number[] = [];
  for (const index of asked) {
    if (!actions[index]?.depends_on.every((other) => taken.has(other))) continue;
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

function apply(world: World, request: DecisionRequest): Decided {
  if (request.hash === undefined || request.hash === null) {
    throw invalidInput([{ path: "hash", code: "missing", message: "An approval needs the hash of what was shown." }]);
  }
  const { proposal, message, entry, after, to, workflowId } = preview(world, request.message_id, request.indexes);
  const problems = proposal.actions
    .filter(({ index }) => request.indexes.includes(index))
    .flatMap((one) => one.problems);
  const refuse = (text: string, hint: string) => ({ ...coreError("conflict", text, hint), problems });
  if (proposal.hash !== request.hash) {
    throw refuse("The workflow has changed since this was shown.", "Look at the changes again.");
  }
  if (proposal.applicable.length === 0) throw refuse("None of these changes can be applied.", "Ask again.");
  checkDecidable(message, proposal.applicable);
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

function reject(world: World, request: DecisionRequest): Decided {
  const { message, to, workflowId } = conversationsOf(world).find(request.message_id);
  checkDecidable(message, request.indexes);
  decide(message, request.indexes, { type: "rejected" });
  const count = request.indexes.length === 1 ? "1 change" : `${request.indexes.length} changes`;
  const reason = request.reason ? ` Reason: ${request.reason}` : "";
  const text = `Rejected ${count}. Nothing in the workflow has changed.${reason}`;
  const note = conversationsOf(world).add(to, "system", text, { metadata: { about: message.id } });
  world.changed("thread", workflowId);
  return { message, note, change: null };
}

/** Refuses a decision on what is not whole, not there, or decided. */
function checkDecidable(message: Message, indexes: readonly number[]): void {
  if (message.status !== "complete") {
    throw coreError("conflict", "An answer that was cut off cannot be applied.", "Ask again.");
  }
  if (indexes.length === 0) {
    throw invalidInput([{ path: "indexes", code: "missing", message: "No action was chosen." }]);
  }
  checkIndexes(message, indexes);
  if (!indexes.every((index) => message.actions[index]?.decision.type === "pending")) {
    throw coreError("conflict", "One of these changes was decided already.", "Look at the answer as it is now.");
  }
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
