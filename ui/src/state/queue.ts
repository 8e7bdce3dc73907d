/**
 * The order in which edits are stored: one at a time, later ones wait. While the disk refuses to store anything, steps
 * are kept and tried again. Knows nothing of graphs or stores.
 */
import type { Action } from "../bindings/Action";
import type { Change } from "../bindings/Change";
import type { Error as CoreError } from "../bindings/Error";
import type { ErrorCode } from "../bindings/ErrorCode";
import type { WorkflowId } from "../bindings/WorkflowId";
import { asCoreError } from "../ipc";

/** One step of the history that is still to be stored. */
export type Step = {
  workflowId: WorkflowId;
  /** Whether the one who submitted it shows what was refused. */
  quiet: boolean;
} & (
  | { type: "edit"; actions: Action[] }
  | { type: "undo" }
  | { type: "redo" }
  | { type: "restore"; versionNumber: number }
);

/** What the core answered to a step. */
export type Outcome = { ok: true; change: Change } | { ok: false; error: CoreError };

interface Hooks {
  /** Stores a step. */
  run(step: Step): Promise<Change>;
  /** Takes in an answer, after the step has left the queue. */
  settled(step: Step, outcome: Outcome): Promise<void>;
  /** Something about the queue changed. */
  changed(): void;
}

interface Entry {
  step: Step;
  resolve(outcome: Outcome): void;
}

/** Errors that pass by themselves or when the user makes room: the step waits. */
const WAITS: ReadonlySet<ErrorCode> = new Set(["disk_full", "read_only", "store_unavailable", "store_in_use", "busy"]);

/** Time between tries while nothing can be stored, in milliseconds. */
const RETRY_MS = 4000;

/** Steps in the order they were made. */
export class EditQueue {
  private entries: Entry[] = [];
  private running = false;
  private blockedBy: CoreError | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private idleWaiters: (() => void)[] = [];

  constructor(private readonly hooks: Hooks) {}

  /** Steps that are not stored yet, oldest first. */
  steps(): Step[] {
    return this.entries.map((entry) => entry.step);
  }

  /** Why nothing can be stored right now. */
  blocked(): CoreError | null {
    return this.blockedBy;
  }

  /** Adds a step. Resolves when the core has answered to it. */
  add(step: Step): Promise<Outcome> {
    return new Promise((resolve) => {
      this.entries.push({ step, resolve });
      this.hooks.changed();
      void this.pump();
    });
  }

  /** Forgets every step of a workflow and returns them. */
  drop(workflowId: WorkflowId): Step[] {
    const dropped = this.entries.filter((entry) => entry.step.workflowId === workflowId);
    this.entries = this.entries.filter((entry) => entry.step.workflowId !== workflowId);
    const error = asCoreError("The workflow was changed elsewhere.");
    for (const entry of dropped) entry.resolve({ ok: false, error });
    return dropped.map((entry) => entry.step);
  }

  /** Tries again now. */
  retry(): void {
    this.unblock();
    this.hooks.changed();
    void this.pump();
  }

  /** Resolves when nothing is waiting. */
  idle(): Promise<void> {
    if (this.entries.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  private async pump(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      for (let entry = this.entries[0]; entry && !this.blockedBy; entry = this.entries[0]) await this.process(entry);
    } finally {
      this.running = false;
    }
    if (this.entries.length === 0) this.wakeIdle();
  }

  private async process(entry: Entry): Promise<void> {
    const outcome = await this.hooks.run(entry.step).then(
      (change): Outcome => ({ ok: true, change }),
      (cause): Outcome => ({ ok: false, error: asCoreError(cause) }),
    );
    if (!outcome.ok && WAITS.has(outcome.error.code)) {
      this.block(outcome.error);
      return;
    }
    this.entries.shift();
    await this.hooks.settled(entry.step, outcome);
    this.hooks.changed();
    entry.resolve(outcome);
  }

  private block(error: CoreError): void {
    this.blockedBy = error;
    this.timer = setTimeout(() => this.retry(), RETRY_MS);
    this.hooks.changed();
  }

  private unblock(): void {
    clearTimeout(this.timer);
    this.blockedBy = null;
  }

  private wakeIdle(): void {
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const wake of waiters) wake();
  }
}
