/**
 * What the twin knows: the memory behind its commands. The same start every time, a clock that only moves when
 * something is stored, identifiers that count. Never part of the production bundle.
 */
import type { Action } from "../../bindings/Action";
import type { Change } from "../../bindings/Change";
import type { ConnectorManifest } from "../../bindings/ConnectorManifest";
import type { Entity } from "../../bindings/Entity";
import type { EntityChanged } from "../../bindings/EntityChanged";
import type { Error as CoreError } from "../../bindings/Error";
import type { ErrorCode } from "../../bindings/ErrorCode";
import type { Notice } from "../../bindings/Notice";
import type { Origin } from "../../bindings/Origin";
import type { Problem } from "../../bindings/Problem";
import type { RunId } from "../../bindings/RunId";
import type { Workflow } from "../../bindings/Workflow";
import type { WorkflowId } from "../../bindings/WorkflowId";
import type { WorkflowVersion } from "../../bindings/WorkflowVersion";
import { applyActions, fromDefinition, type Graph, toDefinition } from "../../graph/graph";
import { type Rest, settled } from "./layout";

/** A workflow with all it owns. */
export interface TwinWorkflow {
  workflow: Workflow;
  /** Oldest first; the last one is not always the active one. */
  versions: WorkflowVersion[];
  /** Version numbers that undo leads to, next last. */
  undo: number[];
  /** Version numbers that redo leads to, next last. */
  redo: number[];
  /** The version that first had the content of now: undo and redo write old content as a new version. */
  current: number;
}

/** An error as the core would send it. */
export function coreError(code: ErrorCode, message: string, hint = "", problems: Problem[] = []): CoreError {
  return { code, message, hint, retryable: code === "busy" || code === "disk_full", problems };
}

/** The error for a request that breaks rules, all of them listed. */
export function invalidInput(problems: Problem[]): CoreError {
  const message = problems.length === 1 ? (problems[0]?.message ?? "") : `${problems.length} things are wrong.`;
  return coreError("invalid_input", message, "Correct what is listed and try again.", problems);
}

/** The twin's memory. */
export class World {
  readonly workflows = new Map<WorkflowId, TwinWorkflow>();
  readonly trash = new Map<WorkflowId, TwinWorkflow>();
  /** What `status` tells the user. */
  notices: Notice[] = [];
  private readonly listeners = new Set<(change: EntityChanged) => void>();
  private seconds = 0;
  private ids = 0;
  private revision = 0;

  constructor(readonly catalog: ConnectorManifest[]) {}

  /** The next point in time; each call is one second later. */
  now(): string {
    this.seconds += 1;
    return new Date(Date.UTC(2026, 0, 5, 9, 0, this.seconds)).toISOString().replace("Z", "000Z");
  }

  /** The next identifier, a well-formed UUID that counts. */
  id(): string {
    this.ids += 1;
    return `00000000-0000-7000-8000-${String(this.ids).padStart(12, "0")}`;
  }

  /** Tells every listener that something was stored; for a run that began, which. */
  changed(entity: Entity, id: string, runId?: RunId): void {
    this.revision += 1;
    const run = runId === undefined ? {} : { run_id: runId };
    const change = { entity, id, ...run, revision: this.revision };
    for (const listener of this.listeners) listener(change);
  }

  /** Listens to `changed`. */
  onChanged(listener: (change: EntityChanged) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The workflow, or `not_found`. */
  workflow(id: WorkflowId): TwinWorkflow {
    const found = this.workflows.get(id);
    if (!found) throw coreError("not_found", "This workflow no longer exists.", "Go back to the list of workflows.");
    return found;
  }

  /** A version of a workflow, or `not_found`. */
  version(entry: TwinWorkflow, versionNumber: number): WorkflowVersion {
    const found = entry.versions[versionNumber - 1];
    if (!found) throw coreError("not_found", `There is no version ${versionNumber}.`, "Choose another version.");
    return found;
  }

  /** The graph of the active version. */
  graph(entry: TwinWorkflow): Graph {
    return fromDefinition(this.version(entry, entry.workflow.active_version).definition);
  }

  /** Creates a workflow whose first version holds this graph. */
  create(name: string, description: string, graph: Graph, origin: Origin = { type: "user" }): TwinWorkflow {
    const now = this.now();
    const workflow: Workflow = {
      id: this.id(),
      name,
      description,
      active_version: 1,
      created_at: now,
      updated_at: now,
    };
    const entry: TwinWorkflow = { workflow, versions: [], undo: [], redo: [], current: 1 };
    entry.versions.push(this.newVersion(entry, graph, origin));
    this.workflows.set(workflow.id, entry);
    return entry;
  }

  /**
   * Applies actions that `identify` has made ready to the active version, without storing anything; those of an assistant
   * as a part of the rest.
   */
  apply(entry: TwinWorkflow, actions: readonly Action[], rest?: Rest): Graph {
    const before = this.graph(entry);
    const after = applyActions(before, actions, (connectorId, actionId) => {
      const connector = this.catalog.find((candidate) => candidate.id === connectorId);
      return connector?.actions.find((candidate) => candidate.id === actionId)?.node_type;
    });
    return settled(this.catalog, { before, after, actions, rest });
  }

  /** Writes a new active version and says what differs. An ordinary edit is one step to undo. */
  store(entry: TwinWorkflow, graph: Graph, origin: Origin): Change {
    const from = entry.workflow.active_version;
    const before = this.graph(entry);
    const version = this.newVersion(entry, graph, origin);
    step(entry, version);
    for (const older of entry.versions) older.is_active = false;
    entry.versions.push(version);
    entry.workflow = {
      ...entry.workflow,
      active_version: version.version_number,
      updated_at: version.created_at,
    };
    this.changed("workflow", entry.workflow.id);
    return { ...difference(before, graph), workflow: entry.workflow, from_version: from, ...steps(entry) };
  }

  private newVersion(entry: TwinWorkflow, graph: Graph, origin: Origin): WorkflowVersion {
    return {
      id: this.id(),
      workflow_id: entry.workflow.id,
      version_number: entry.versions.length + 1,
      definition: toDefinition(graph),
      is_active: true,
      origin,
      created_at: this.now(),
    };
  }
}

/** Moves where undo and redo lead. */
function step(entry: TwinWorkflow, { origin, version_number }: WorkflowVersion): void {
  if (origin.type === "undo") {
    entry.undo.pop();
    entry.redo.push(entry.current);
  } else {
    entry.undo.push(entry.current);
    if (origin.type === "redo") entry.redo.pop();
    else entry.redo = [];
  }
  entry.current = origin.type === "undo" || origin.type === "redo" ? origin.version_number : version_number;
}

/** Whether there are steps to undo and redo. */
export function steps(entry: TwinWorkflow): { can_undo: boolean; can_redo: boolean } {
  return { can_undo: entry.undo.length > 0, can_redo: entry.redo.length > 0 };
}

/** What has to change in the first graph to get the second. */
export function difference(
  before: Graph,
  after: Graph,
): Pick<Change, "nodes" | "removed_nodes" | "edges" | "removed_edges"> {
  const differs = <T>(old: T | undefined, now: T) => old !== now && JSON.stringify(old) !== JSON.stringify(now);
  return {
    nodes: [...after.nodes.values()].filter((node) => differs(before.nodes.get(node.id), node)),
    removed_nodes: [...before.nodes.keys()].filter((id) => !after.nodes.has(id)),
    edges: [...after.edges.values()].filter((edge) => differs(before.edges.get(edge.id), edge)),
    removed_edges: [...before.edges.keys()].filter((id) => !after.edges.has(id)),
  };
}
