/**
 * The conversation as the panel shows it: one pure reducer for what was read from the store and for the events of a
 * running turn. A reloaded window goes through the same reducer: first the history, then the turn from its start.
 *
 * Calls nothing and knows no clock: times come with the inputs.
 */
import type { ChatEvent } from "../bindings/ChatEvent";
import type { Error as CoreError } from "../bindings/Error";
import type { History } from "../bindings/History";
import type { Message } from "../bindings/Message";
import type { Thread } from "../bindings/Thread";
import type { Timestamp } from "../bindings/Timestamp";
import type { WorkflowId } from "../bindings/WorkflowId";
import { applyEvents, type Ending, type LiveTurn, requestMessage, settledMessage, startTurn } from "./turn";

/** Messages read at first, and the step by which more are read. */
export const PAGE = 50;

/** A request the core refused before it kept anything. */
interface Refusal {
  readonly error: CoreError;
  readonly text: string;
}

/** The conversation of one workflow. */
export interface ChatState {
  readonly workflowId: WorkflowId | null;
  readonly phase: "closed" | "loading" | "ready" | "failed";
  /** Why the history could not be read. */
  readonly loadError: CoreError | null;
  readonly thread: Thread | null;
  /** Settled messages, oldest first; the one being written is in `live`. */
  readonly messages: readonly Message[];
  readonly hasMore: boolean;
  /** How many messages were asked for. */
  readonly limit: number;
  /** The turn being written. */
  readonly live: LiveTurn | null;
  /** The last request, when it was refused. */
  readonly refusal: Refusal | null;
}

/** Nothing is open. */
export const CLOSED: ChatState = {
  workflowId: null,
  phase: "closed",
  loadError: null,
  thread: null,
  messages: [],
  hasMore: false,
  limit: PAGE,
  live: null,
  refusal: null,
};

/** What can happen to a conversation. */
export type ChatInput =
  | { type: "opened"; workflowId: WorkflowId }
  | { type: "loaded"; history: History; limit: number }
  | { type: "load_failed"; error: CoreError }
  | { type: "sent"; text: string; at: Timestamp }
  | { type: "joined"; at: Timestamp }
  | { type: "events"; events: readonly ChatEvent[] }
  | { type: "refused"; error: CoreError }
  | { type: "dropped" }
  | { type: "stopping" }
  | { type: "decided"; message: Message; note: Message }
  | { type: "cleared" }
  | { type: "refusal_dismissed" };

/** The conversation after an input. */
export function chatReducer(state: ChatState, input: ChatInput): ChatState {
  switch (input.type) {
    case "opened":
      return { ...CLOSED, workflowId: input.workflowId, phase: "loading" };
    case "loaded":
      return loaded(state, input.history, input.limit);
    case "load_failed":
      return state.phase === "loading" ? { ...state, phase: "failed", loadError: input.error } : state;
    case "sent":
      return { ...state, refusal: null, live: startTurn(input.text, input.at) };
    case "joined":
      return state.live === null ? { ...state, live: startTurn(null, input.at) } : state;
    case "events":
      return continued(state, input.events);
    case "refused":
      return refused(state, input.error);
    case "dropped":
      return state.live === null ? state : ended(state, state.live, { status: "interrupted" });
    case "stopping":
      return state.live === null ? state : { ...state, live: { ...state.live, stopping: true } };
    case "decided":
      return decided(state, input.message, input.note);
    case "cleared":
      return { ...state, messages: [], hasMore: false, limit: PAGE, refusal: null };
    case "refusal_dismissed":
      return state.refusal === null ? state : { ...state, refusal: null };
  }
}

function loaded(state: ChatState, history: History, limit: number): ChatState {
  const { live } = state;
  const loadedState: ChatState = {
    ...state,
    phase: "ready",
    loadError: null,
    thread: history.thread,
    messages: keepUnchanged(state.messages, withoutLive(history.messages, live)),
    hasMore: history.has_more,
    limit,
  };
  return live !== null && holdsRequest(history.messages, live)
    ? { ...loadedState, live: { ...live, request: null } }
    : loadedState;
}

function withoutLive(messages: readonly Message[], live: LiveTurn | null): readonly Message[] {
  return live === null ? messages : messages.filter((message) => message.id !== live.messageId);
}

/** Whether the history already holds what the user asked in this turn. */
function holdsRequest(messages: readonly Message[], live: LiveTurn): boolean {
  if (live.turnId === null || live.request === null) return false;
  if (messages.some((message) => message.id === live.messageId)) return true;
  const last = messages.at(-1);
  return last?.role === "user" && last.content === live.request;
}

/** Messages that say the same keep their identity, so that they are not drawn again. */
function keepUnchanged(before: readonly Message[], after: readonly Message[]): readonly Message[] {
  const known = new Map(before.map((message) => [message.id, message]));
  return after.map((message) => {
    const old = known.get(message.id);
    return old !== undefined && saysTheSame(old, message) ? old : message;
  });
}

function saysTheSame(a: Message, b: Message): boolean {
  if (a.status !== b.status || a.content !== b.content || a.created_at !== b.created_at) return false;
  return JSON.stringify([a.metadata, a.actions]) === JSON.stringify([b.metadata, b.actions]);
}

function continued(state: ChatState, events: readonly ChatEvent[]): ChatState {
  if (state.live === null) return state;
  const live = applyEvents(state.live, events);
  const messages = withoutLive(state.messages, live);
  const next = { ...state, live, messages: messages.length === state.messages.length ? state.messages : messages };
  return live.ending === null ? next : ended(next, live, live.ending);
}

function ended(state: ChatState, live: LiveTurn, ending: Ending): ChatState {
  const message = settledMessage(live, ending);
  if (message === null) {
    return ending.status === "failed" ? refused(state, ending.error) : { ...state, live: null };
  }
  const request = requestMessage(live);
  const added = request === null ? [message] : [request, message];
  return { ...state, live: null, messages: [...state.messages, ...added] };
}

function refused(state: ChatState, error: CoreError): ChatState {
  if (state.live?.turnId != null) return ended(state, state.live, { status: "failed", error });
  return { ...state, live: null, refusal: { error, text: state.live?.request ?? "" } };
}

function decided(state: ChatState, message: Message, note: Message): ChatState {
  const messages = state.messages.map((old) => (old.id === message.id ? message : old));
  return { ...state, messages: messages.some((old) => old.id === note.id) ? messages : [...messages, note] };
}
