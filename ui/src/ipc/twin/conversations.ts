/** The twin's threads, messages and running turns. What the assistant says is in `script.ts`. */
import type { ChatEvent } from "../../bindings/ChatEvent";
import type { Message } from "../../bindings/Message";
import type { MessageId } from "../../bindings/MessageId";
import type { Role } from "../../bindings/Role";
import type { Thread } from "../../bindings/Thread";
import type { TurnId } from "../../bindings/TurnId";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { AssistantScript } from "./script";
import { coreError, type World } from "./world";

/** A thread with its messages, oldest first. */
export interface TwinThread {
  thread: Thread;
  messages: Message[];
}

/** A turn with everything it has said so far, so that a window can join late. */
export interface RunningTurn {
  readonly id: TurnId;
  readonly workflowId: WorkflowId;
  readonly message: Message;
  readonly log: ChatEvent[];
  readonly listeners: Set<(events: ChatEvent[]) => void>;
  readonly stop: AbortController;
  /** Settles after the last event. */
  finished: Promise<void>;
}

/** Conversations of one twin. */
export class Conversations {
  readonly threads = new Map<WorkflowId, TwinThread>();
  readonly turns = new Map<TurnId, RunningTurn>();
  readonly script = new AssistantScript();

  constructor(private readonly world: World) {}

  /** The thread of a workflow, begun on first use. */
  begin(workflowId: WorkflowId): TwinThread {
    const found = this.threads.get(workflowId);
    if (found) return found;
    const { name } = this.world.workflow(workflowId).workflow;
    const now = this.world.now();
    const title = `Chat for ${name}`.slice(0, 200);
    const begun = {
      thread: { id: this.world.id(), workflow_id: workflowId, title, created_at: now, updated_at: now },
      messages: [],
    };
    this.threads.set(workflowId, begun);
    return begun;
  }

  /** Adds a message to a thread. */
  add(to: TwinThread, role: Role, content: string, more: Partial<Message> = {}): Message {
    const message: Message = {
      id: this.world.id(),
      thread_id: to.thread.id,
      role,
      content,
      actions: [],
      metadata: {},
      status: "complete",
      created_at: this.world.now(),
      ...more,
    };
    to.messages.push(message);
    to.thread = { ...to.thread, updated_at: message.created_at };
    return message;
  }

  /** A message and the workflow it is about, or `not_found`. */
  find(messageId: MessageId): { message: Message; to: TwinThread; workflowId: WorkflowId } {
    for (const [workflowId, to] of this.threads) {
      const message = to.messages.find(({ id }) => id === messageId);
      if (message) return { message, to, workflowId };
    }
    throw coreError("not_found", "This message does not exist.", "It may have been deleted.");
  }

  /** The thread of a workflow, if it has one; `not_found` without the workflow. */
  of(workflowId: WorkflowId): TwinThread | undefined {
    this.world.workflow(workflowId);
    return this.threads.get(workflowId);
  }

  /** A turn that runs, or `not_found`. */
  turn(id: TurnId): RunningTurn {
    const found = this.turns.get(id);
    if (!found) throw coreError("not_found", "This turn has ended.", "Read the history again.");
    return found;
  }

  /** The turn that runs in a workflow's thread. */
  running(workflowId: WorkflowId): RunningTurn | undefined {
    return [...this.turns.values()].find((turn) => turn.workflowId === workflowId);
  }
}

const conversations = new WeakMap<World, Conversations>();

/** The conversations of a twin. */
export function conversationsOf(world: World): Conversations {
  const found = conversations.get(world) ?? new Conversations(world);
  conversations.set(world, found);
  return found;
}
