/**
 * One turn while it is written: the events of the stream folded into what the panel shows, and the message it becomes.
 * Pure; joining a running turn replays it from its start through the same functions.
 */
import type { Action } from "../bindings/Action";
import type { ChatEvent } from "../bindings/ChatEvent";
import type { ChatResponse } from "../bindings/ChatResponse";
import type { Error as CoreError } from "../bindings/Error";
import type { Message } from "../bindings/Message";
import type { MessageId } from "../bindings/MessageId";
import type { MessageStatus } from "../bindings/MessageStatus";
import type { Problem } from "../bindings/Problem";
import type { ProposedAction } from "../bindings/ProposedAction";
import type { ThreadId } from "../bindings/ThreadId";
import type { Timestamp } from "../bindings/Timestamp";
import type { TurnId } from "../bindings/TurnId";
import type { Usage } from "../bindings/Usage";
import { titleOf } from "./actionTitle";
import { appendText, type Blocks, NO_BLOCKS } from "./blocks";

/** An action that is complete while the rest of the answer is still being written. */
export interface LiveAction {
  readonly index: number;
  readonly action: Action;
  readonly problems: readonly Problem[];
}

/** How a turn ended. */
export type Ending =
  | { readonly status: "complete" | "stopped"; readonly response: ChatResponse }
  | { readonly status: "failed"; readonly error: CoreError }
  | { readonly status: "interrupted" };

/** A turn that is being written. */
export interface LiveTurn {
  /** What the user asked, until the history holds it; null for a turn that was joined. */
  readonly request: string | null;
  readonly sentAt: Timestamp;
  readonly turnId: TurnId | null;
  readonly threadId: ThreadId | null;
  readonly messageId: MessageId | null;
  /** The whole text so far. */
  readonly content: string;
  /** The same text in blocks, for showing. */
  readonly blocks: Blocks;
  readonly reasoning: string;
  readonly actions: readonly LiveAction[];
  readonly usage: Usage | null;
  /** How often the answer was begun anew. */
  readonly resets: number;
  /** The user asked to stop; the last event has not come yet. */
  readonly stopping: boolean;
  readonly ending: Ending | null;
}

/** A turn of which nothing has arrived yet. */
export function startTurn(request: string | null, sentAt: Timestamp): LiveTurn {
  return {
    request,
    sentAt,
    turnId: null,
    threadId: null,
    messageId: null,
    ...NOTHING_WRITTEN,
    usage: null,
    resets: 0,
    stopping: false,
    ending: null,
  };
}

const NOTHING_WRITTEN = { content: "", blocks: NO_BLOCKS, reasoning: "", actions: [] as readonly LiveAction[] };

/** The turn after more events. Linear in the new text: chunks are joined before they are appended. */
export function applyEvents(turn: LiveTurn, events: readonly ChatEvent[]): LiveTurn {
  let next = turn;
  let text: string[] = [];
  const flush = () => {
    if (text.length > 0) next = withText(next, text.join(""));
    text = [];
  };
  for (const event of events) {
    if (next.ending !== null) break;
    if (event.type === "chunk") {
      text.push(event.content);
      continue;
    }
    flush();
    next = applyEvent(next, event);
  }
  flush();
  return next;
}

function withText(turn: LiveTurn, text: string): LiveTurn {
  return { ...turn, content: turn.content + text, blocks: appendText(turn.blocks, text) };
}

function applyEvent(turn: LiveTurn, event: Exclude<ChatEvent, { type: "chunk" }>): LiveTurn {
  switch (event.type) {
    case "start":
      return {
        ...turn,
        ...NOTHING_WRITTEN,
        turnId: event.turn_id,
        threadId: event.thread_id,
        messageId: event.message_id,
      };
    case "reasoning":
      return { ...turn, reasoning: turn.reasoning + event.content };
    case "reset":
      return { ...turn, ...NOTHING_WRITTEN, resets: turn.resets + 1 };
    case "action":
      return { ...turn, actions: withAction(turn.actions, event) };
    case "usage":
      return { ...turn, usage: event.usage };
    case "done":
      return { ...turn, ending: { status: "complete", response: event } };
    case "stopped":
      return { ...turn, ending: { status: "stopped", response: event } };
    case "error":
      return { ...turn, ending: { status: "failed", error: event } };
  }
}

function withAction(actions: readonly LiveAction[], { index, action, problems }: LiveAction): readonly LiveAction[] {
  const last = actions.at(-1);
  if (last === undefined || last.index < index) return [...actions, { index, action, problems }];
  const others = actions.filter((other) => other.index !== index);
  return [...others, { index, action, problems }].sort((a, b) => a.index - b.index);
}

/** The message a turn became; null when the core never kept one. The history replaces it as soon as it is read. */
export function settledMessage(turn: LiveTurn, ending: Ending): Message | null {
  if (turn.messageId === null || turn.threadId === null) return null;
  const response = "response" in ending ? ending.response : null;
  return {
    id: turn.messageId,
    thread_id: turn.threadId,
    role: "assistant",
    content: response?.message ?? turn.content,
    actions: response?.actions ?? turn.actions.map(unexamined),
    metadata: metadataOf(turn, ending),
    status: ending.status satisfies MessageStatus,
    created_at: turn.sentAt,
  };
}

function metadataOf(turn: LiveTurn, ending: Ending): Message["metadata"] {
  return {
    ...(turn.turnId === null ? {} : { turn_id: turn.turnId }),
    ...(turn.usage === null ? {} : { usage: turn.usage }),
    ...(turn.reasoning === "" ? {} : { reasoning: turn.reasoning }),
    ...(ending.status === "failed" ? { error: ending.error } : {}),
  };
}

/** An action as it arrived: the core has not said yet what it changes and risks. */
export function unexamined({ index, action, problems }: LiveAction): ProposedAction {
  return {
    index,
    action,
    problems: [...problems],
    risks: [],
    depends_on: [],
    title: titleOf(action),
    fields: [],
    decision: { type: "pending" },
  };
}

/** The user's message of a turn, until the history holds it. */
export function requestMessage(turn: LiveTurn): Message | null {
  return turn.request === null ? null : askedMessage(turn.request, turn.sentAt, turn.threadId ?? "");
}

/** A message of the user that the core has not given an identifier yet. */
export function askedMessage(content: string, at: Timestamp, threadId: ThreadId = ""): Message {
  return {
    id: `asked-${at}`,
    thread_id: threadId,
    role: "user",
    content,
    actions: [],
    metadata: {},
    status: "complete",
    created_at: at,
  };
}
