import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatEvent } from "../bindings/ChatEvent";
import { call, setTransport, type Transport, transport } from "../ipc";
import { createTwin, type TwinHandle } from "../ipc/twin";
import { useConversation } from "./conversation";
import { draftOf, useDrafts } from "./drafts";

let twin: TwinHandle;
let core: Transport;
let workflowId: string;

beforeEach(async () => {
  useDrafts.setState({ texts: {}, kept: {} });
  const { transport: inMemory, handle } = createTwin({ samples: false });
  core = inMemory;
  twin = handle;
  setTransport(core);
  workflowId = (await call("create_workflow", { name: "Orders", description: "" })).id;
});

const chat = () => useConversation.getState().chat;
const ready = () => vi.waitFor(() => expect(chat().phase).toBe("ready"));

describe("the open conversation", () => {
  it("asks, follows and holds what the core keeps", async () => {
    const close = useConversation.getState().open(workflowId);
    await ready();
    await useConversation.getState().send("hello", {});
    expect(chat().live).toBeNull();
    expect(chat().messages.map(({ role, status }) => `${role} ${status}`)).toEqual([
      "user complete",
      "assistant complete",
    ]);
    expect(chat().messages).toEqual(twin.conversations.threads.get(workflowId)?.messages);
    close();
    expect(chat().phase).toBe("closed");
  });

  it("gives the text back when the request is refused, unless something else was typed since", async () => {
    const close = useConversation.getState().open(workflowId);
    await ready();
    const error = { code: "offline" as const, message: "No network.", hint: "", retryable: true, problems: [] };
    twin.fail("chat", error, 2);
    await useConversation.getState().send("first", {});
    expect(draftOf(workflowId)).toBe("first");
    useDrafts.getState().setDraft(workflowId, "something else");
    await useConversation.getState().send("second", {});
    expect(draftOf(workflowId)).toBe("something else");
    expect(chat().refusal?.text).toBe("second");
    close();
  });

  it("stops a turn that has not begun yet as soon as it begins", async () => {
    const close = useConversation.getState().open(workflowId);
    await ready();
    twin.conversations.script.next({ text: "never ending ".repeat(500), ending: "stall" });
    twin.delay("chat", 40);
    const turn = useConversation.getState().send("hello", {});
    useConversation.getState().stop();
    await turn;
    expect(chat().messages.at(-1)?.status).toBe("stopped");
    close();
  });

  it("p10_leaves_a_turn_running_and_joins_it_when_it_comes_back", async () => {
    const text = "a long answer with many words ".repeat(20);
    twin.conversations.script.next({ text, pace: 400 });
    useConversation.getState().open(workflowId)();
    const first = useConversation.getState().open(workflowId);
    await ready();
    void useConversation.getState().send("hello", {});
    await vi.waitFor(() => expect(chat().live?.content).not.toBe(""));
    first();
    const second = useConversation.getState().open(workflowId);
    await vi.waitFor(() => expect(chat().messages.at(-1)).toMatchObject({ content: text, status: "complete" }));
    expect(chat().messages).toHaveLength(2);
    second();
  });

  it("p10_clearing_the_history_keeps_an_older_answer_from_the_core_from_coming_back", async () => {
    const close = useConversation.getState().open(workflowId);
    await ready();
    await useConversation.getState().send("hello", {});
    twin.delay("history", 50);
    const late = useConversation.getState().reload();
    expect(await useConversation.getState().clear()).toBe(2);
    await late;
    expect(chat().messages).toEqual([]);
    close();
  });

  it("takes one update for many events", async () => {
    const close = useConversation.getState().open(workflowId);
    await ready();
    const start: ChatEvent = { type: "start", turn_id: "t", thread_id: "th", message_id: "m" };
    const stream: Transport = {
      ...transport(),
      chatStream: async (_request, onEvents) => {
        onEvents([start]);
        for (let i = 0; i < 5000; i += 1) onEvents([{ type: "chunk", content: "x" }]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        onEvents([{ type: "done", message: "x".repeat(5000), actions: [], message_id: "m", thread_id: "th" }]);
      },
    };
    setTransport(stream);
    let updates = 0;
    const ignore = useConversation.subscribe(() => {
      updates += 1;
    });
    await useConversation.getState().send("fast", {});
    ignore();
    expect(updates).toBeLessThan(12);
    close();
  });
});
