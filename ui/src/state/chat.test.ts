import { describe, expect, it } from "vitest";
import type { ChatEvent } from "../bindings/ChatEvent";
import type { Error as CoreError } from "../bindings/Error";
import type { History } from "../bindings/History";
import type { Message } from "../bindings/Message";
import { type ChatInput, type ChatState, CLOSED, chatReducer } from "./chat";

const AT = "2026-01-05T09:00:00.000000Z";
const START: ChatEvent = { type: "start", turn_id: "t1", thread_id: "th", message_id: "m2" };
const OFFLINE: CoreError = { code: "offline", message: "No network.", hint: "Connect.", retryable: true, problems: [] };

function message(id: string, role: Message["role"], content: string, more: Partial<Message> = {}): Message {
  return { id, thread_id: "th", role, content, actions: [], metadata: {}, status: "complete", created_at: AT, ...more };
}

function history(messages: Message[], more: Partial<History> = {}): History {
  return { thread: null, messages, has_more: false, running_turn: null, ...more };
}

function stateAfter(...inputs: ChatInput[]): ChatState {
  return inputs.reduce(chatReducer, CLOSED);
}

const OPENED: ChatInput[] = [
  { type: "opened", workflowId: "w" },
  { type: "loaded", history: history([]), limit: 50 },
];
const done = (text: string): ChatEvent => ({
  type: "done",
  message: text,
  actions: [],
  message_id: "m2",
  thread_id: "th",
});

describe("a turn", () => {
  it("shows what was asked, then the text as it arrives, then a settled message", () => {
    const asked = stateAfter(...OPENED, { type: "sent", text: "hello", at: AT });
    expect(asked.live?.request).toBe("hello");
    const written = chatReducer(asked, {
      type: "events",
      events: [START, { type: "chunk", content: "Hel" }, { type: "chunk", content: "lo" }],
    });
    expect(written.live?.content).toBe("Hello");
    const settled = chatReducer(written, { type: "events", events: [done("Hello!")] });
    expect(settled.live).toBeNull();
    expect(settled.messages.map(({ role, content, status }) => [role, content, status])).toEqual([
      ["user", "hello", "complete"],
      ["assistant", "Hello!", "complete"],
    ]);
  });

  it("starts over on reset: text, reasoning and actions are void", () => {
    const state = stateAfter(
      ...OPENED,
      { type: "sent", text: "x", at: AT },
      {
        type: "events",
        events: [
          START,
          { type: "reasoning", content: "hm" },
          { type: "chunk", content: "wrong" },
          { type: "action", index: 0, action: { type: "delete_node", node_id: "n" }, problems: [] },
          { type: "reset" },
          { type: "chunk", content: "right" },
        ],
      },
    );
    expect(state.live).toMatchObject({ content: "right", reasoning: "", actions: [], resets: 1 });
  });

  it("takes each action once, in the order of the answer", () => {
    const action = (index: number): ChatEvent => ({
      type: "action",
      index,
      action: { type: "delete_node", node_id: `n${index}` },
      problems: [],
    });
    const state = stateAfter(
      ...OPENED,
      { type: "sent", text: "x", at: AT },
      {
        type: "events",
        events: [START, action(1), action(0), action(1)],
      },
    );
    expect(state.live?.actions.map(({ index }) => index)).toEqual([0, 1]);
  });

  it("ignores what comes after the last event", () => {
    const state = stateAfter(
      ...OPENED,
      { type: "sent", text: "x", at: AT },
      {
        type: "events",
        events: [START, done("ok"), { type: "chunk", content: "late" }],
      },
    );
    expect(state.messages.at(-1)?.content).toBe("ok");
  });

  it.each([
    [
      "stopped",
      { type: "stopped", message: "part", actions: [], message_id: "m2", thread_id: "th" } as ChatEvent,
      "stopped",
    ],
    ["failed", { type: "error", ...OFFLINE } as ChatEvent, "failed"],
  ])("keeps the text of a %s turn", (_name, last, status) => {
    const state = stateAfter(
      ...OPENED,
      { type: "sent", text: "x", at: AT },
      {
        type: "events",
        events: [START, { type: "chunk", content: "part" }, last],
      },
    );
    expect(state.messages.at(-1)).toMatchObject({ content: "part", status });
  });

  it("is interrupted when the channel ends without a last event", () => {
    const state = stateAfter(
      ...OPENED,
      { type: "sent", text: "x", at: AT },
      { type: "events", events: [START, { type: "chunk", content: "half" }] },
      { type: "dropped" },
    );
    expect(state.messages.at(-1)).toMatchObject({ content: "half", status: "interrupted" });
  });

  it("that was refused leaves no message and gives the text back", () => {
    const state = stateAfter(
      ...OPENED,
      { type: "sent", text: "my words", at: AT },
      { type: "refused", error: OFFLINE },
    );
    expect(state.messages).toEqual([]);
    expect(state.refusal).toEqual({ error: OFFLINE, text: "my words" });
  });
});

describe("p10_reload", () => {
  const events: ChatEvent[] = [
    START,
    ...Array.from({ length: 200 }, (_, i): ChatEvent => ({ type: "chunk", content: `${i} ` })),
    { type: "action", index: 0, action: { type: "delete_node", node_id: "n" }, problems: [] },
  ];
  const whole = stateAfter(...OPENED, { type: "sent", text: "x", at: AT }, { type: "events", events });

  it.each([0, 1, 7, 100, 201])("p10_a_window_that_joins_after_%i_events_misses_nothing", (seen) => {
    const partial = message("m2", "assistant", "0 1 2", { status: "streaming" });
    const joined = stateAfter(
      { type: "opened", workflowId: "w" },
      { type: "loaded", history: history([message("m1", "user", "x"), partial], { running_turn: "t1" }), limit: 50 },
      { type: "joined", at: AT },
      { type: "events", events: events.slice(0, seen) },
      { type: "events", events: events.slice(seen) },
    );
    expect(joined.live?.content).toBe(whole.live?.content);
    expect(joined.live?.actions).toEqual(whole.live?.actions);
    expect(joined.messages.map(({ id }) => id)).toEqual(["m1"]);
  });

  it("p10_history_read_in_mid_stream_shows_nothing_twice", () => {
    const state = chatReducer(whole, {
      type: "loaded",
      history: history([message("m1", "user", "x"), message("m2", "assistant", "0 1", { status: "streaming" })]),
      limit: 50,
    });
    expect(state.messages.map(({ id }) => id)).toEqual(["m1"]);
    expect(state.live?.request).toBeNull();
    expect(state.live?.content).toBe(whole.live?.content);
  });

  it("p10_history_of_an_earlier_moment_keeps_what_was_just_asked", () => {
    const state = chatReducer(stateAfter(...OPENED, { type: "sent", text: "x", at: AT }), {
      type: "loaded",
      history: history([message("m0", "user", "x")]),
      limit: 50,
    });
    expect(state.live?.request).toBe("x");
  });
});

describe("history", () => {
  it("keeps the identity of messages that say the same", () => {
    const first = stateAfter(...OPENED, { type: "loaded", history: history([message("a", "user", "1")]), limit: 50 });
    const again = chatReducer(first, {
      type: "loaded",
      history: history([message("a", "user", "1"), message("b", "user", "2")]),
      limit: 50,
    });
    expect(again.messages[0]).toBe(first.messages[0]);
  });

  it("shows a decision and what the thread says about it", () => {
    const answer = message("a", "assistant", "1");
    const state = stateAfter(
      ...OPENED,
      { type: "loaded", history: history([answer]), limit: 50 },
      {
        type: "decided",
        message: { ...answer, content: "decided" },
        note: message("n", "system", "Applied."),
      },
    );
    expect(state.messages.map(({ content }) => content)).toEqual(["decided", "Applied."]);
  });

  it("folds 200,000 chunks in one second", () => {
    const asked = stateAfter(...OPENED, { type: "sent", text: "x", at: AT });
    const started = performance.now();
    let state = chatReducer(asked, { type: "events", events: [START] });
    for (let frame = 0; frame < 2000; frame += 1) {
      const events = Array.from({ length: 100 }, (): ChatEvent => ({ type: "chunk", content: "some words " }));
      state = chatReducer(state, { type: "events", events });
    }
    expect(state.live?.content.length).toBe(200_000 * 11);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
