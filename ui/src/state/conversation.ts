/**
 * The open conversation: reads the history, asks, follows a running turn, and feeds everything to the one reducer in
 * `chat.ts`. Decides nothing about what is shown.
 */
import { create } from "zustand";
import type { ChatEvent } from "../bindings/ChatEvent";
import type { ChatRequest } from "../bindings/ChatRequest";
import type { Decided } from "../bindings/Decided";
import type { Error as CoreError } from "../bindings/Error";
import type { TurnId } from "../bindings/TurnId";
import type { WorkflowId } from "../bindings/WorkflowId";
import { asCoreError, call, transport } from "../ipc";
import { type ChatInput, type ChatState, CLOSED, chatReducer, PAGE } from "./chat";
import { draftOf, useDrafts } from "./drafts";
import { perFrame } from "./frames";
import { toastError } from "./toasts";

/** Time several changes are gathered before the history is read again, in milliseconds. */
const GATHER_MS = 100;

/** What a request is made of, besides the text. */
export type AskOptions = Pick<ChatRequest, "llm_provider" | "model" | "include_workflow_context" | "run">;

interface ConversationState {
  chat: ChatState;
  /** Opens the conversation of a workflow and joins its running turn. Returns how to close it. */
  open(workflowId: WorkflowId): () => void;
  reload(): Promise<void>;
  loadOlder(): Promise<void>;
  /** Asks. What was typed comes back as a draft when the request is refused. */
  send(text: string, options: AskOptions): Promise<void>;
  /** Stops the running turn; what has arrived is kept. */
  stop(): void;
  /** Deletes every message. Returns how many there were. */
  clear(): Promise<number>;
  /** Shows what a decision on proposed actions did. */
  receive(decided: Decided): void;
  dismissRefusal(): void;
}

/** The conversation of the open workflow. */
export const useConversation = create<ConversationState>()((set, get) => {
  /** Grows with everything that makes a history on its way outdated. */
  let epoch = 0;
  /** Grows with every turn that is followed, and when the conversation is left. */
  let following = 0;
  let stale = false;

  const dispatch = (input: ChatInput) => set(({ chat }) => ({ chat: chatReducer(chat, input) }));
  const now = () => new Date().toISOString();

  async function load(limit: number): Promise<void> {
    const { workflowId } = get().chat;
    if (workflowId === null) return;
    const asked = epoch;
    stale = false;
    try {
      const history = await call("history", { workflow_id: workflowId, limit });
      if (get().chat.workflowId !== workflowId) return;
      if (asked !== epoch) return await load(limit);
      dispatch({ type: "loaded", history, limit });
      if (history.running_turn !== null && get().chat.live === null) void join(history.running_turn);
    } catch (cause) {
      if (get().chat.workflowId !== workflowId) return;
      const error = asCoreError(cause);
      if (get().chat.phase === "loading") dispatch({ type: "load_failed", error });
      else toastError(error, () => void load(limit));
    }
  }

  async function join(turnId: TurnId): Promise<void> {
    dispatch({ type: "joined", at: now() });
    await follow(
      (onEvents) => transport().attach(turnId, onEvents),
      () => dispatch({ type: "dropped" }),
    );
  }

  /** Feeds a stream to the reducer, a frame at a time, and reads what was kept when it has ended. */
  async function follow(
    run: (onEvents: (events: ChatEvent[]) => void) => Promise<void>,
    refused: (error: CoreError) => void,
  ): Promise<void> {
    following += 1;
    const ticket = following;
    const frames = perFrame<ChatEvent>((events) => {
      dispatch({ type: "events", events });
      if (get().chat.live?.stopping && events.some(({ type }) => type === "start")) get().stop();
    });
    try {
      await run((events) => {
        if (ticket === following) frames.push(events);
      });
      if (ticket !== following) return;
      frames.flush();
      dispatch({ type: "dropped" });
    } catch (cause) {
      if (ticket !== following) return;
      frames.flush();
      refused(asCoreError(cause));
    } finally {
      frames.cancel();
    }
    epoch += 1;
    await load(get().chat.limit);
  }

  return {
    chat: CLOSED,
    open(workflowId) {
      following += 1;
      epoch += 1;
      dispatch({ type: "opened", workflowId });
      void load(PAGE);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const ignore = transport().onChanged(({ entity, id }) => {
        if (entity !== "thread" || id !== workflowId) return;
        stale = true;
        clearTimeout(timer);
        timer = setTimeout(() => {
          const { live, limit } = get().chat;
          // While a turn is followed, only the user's own message is new; the end of the turn reads everything again.
          if (stale && (live === null || live.request !== null)) void load(limit);
        }, GATHER_MS);
      });
      return () => {
        clearTimeout(timer);
        ignore();
        if (get().chat.workflowId !== workflowId) return;
        following += 1;
        set({ chat: CLOSED });
      };
    },
    reload: () => load(get().chat.limit),
    async loadOlder() {
      const { hasMore, limit } = get().chat;
      if (hasMore) await load(limit * 2);
    },
    async send(text, options) {
      const { workflowId, live } = get().chat;
      if (workflowId === null || live !== null || text.trim() === "") return;
      epoch += 1;
      dispatch({ type: "sent", text, at: now() });
      const request: ChatRequest = { workflow_id: workflowId, message: text, stream: true, ...options };
      await follow(
        (onEvents) => transport().chatStream(request, onEvents),
        (error) => {
          dispatch({ type: "refused", error });
          if (get().chat.refusal !== null && draftOf(workflowId) === "") {
            useDrafts.getState().setDraft(workflowId, text);
          }
        },
      );
    },
    stop() {
      const { live } = get().chat;
      if (live === null) return;
      dispatch({ type: "stopping" });
      if (live.turnId !== null) call("stop", { turn_id: live.turnId }).catch((cause) => toastError(asCoreError(cause)));
    },
    async clear() {
      const { workflowId } = get().chat;
      if (workflowId === null) return 0;
      const { deleted } = await call("clear_history", { workflow_id: workflowId });
      epoch += 1;
      dispatch({ type: "cleared" });
      void load(PAGE);
      return deleted;
    },
    receive({ message, note }) {
      epoch += 1;
      dispatch({ type: "decided", message, note });
    },
    dismissRefusal: () => dispatch({ type: "refusal_dismissed" }),
  };
});
