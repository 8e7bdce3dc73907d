import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call, setTransport } from "../ipc";
import { createTwin, type TwinHandle } from "../ipc/twin";
import { draftOf, saveDraftsOnLeaving, useDrafts } from "./drafts";
import { useToasts } from "./toasts";

let twin: TwinHandle;
let id: string;
let stopWatching: () => void;

/** The window as it is after a reload: what was in memory is gone. */
const reload = () => useDrafts.setState({ texts: {}, kept: {} });
const type = (text: string) => useDrafts.getState().setDraft(id, text);
const kept = () => call("draft", { workflow_id: id });
const saves = () => twin.calls.filter(({ name }) => name === "save_draft").length;
const soon = () => new Promise((resolve) => setTimeout(resolve, 250));
const FULL = { code: "disk_full" as const, message: "The disk is full.", hint: "", retryable: true, problems: [] };

beforeEach(async () => {
  reload();
  const { transport, handle } = createTwin({ samples: false });
  twin = handle;
  setTransport(transport);
  id = (await call("create_workflow", { name: "Orders", description: "" })).id;
  stopWatching = saveDraftsOnLeaving();
});

afterEach(async () => {
  stopWatching();
  await soon();
});

describe("a draft", () => {
  it("is in the core within a fifth of a second, and there after a reload", async () => {
    await useDrafts.getState().read(id);
    type("Hello");
    await vi.waitFor(async () => expect(await kept()).toBe("Hello"), { timeout: 200, interval: 10 });
    reload();
    expect(draftOf(id)).toBe("");
    await useDrafts.getState().read(id);
    expect(draftOf(id)).toBe("Hello");
    type("");
    await soon();
    expect(await kept()).toBe("");
  });

  it("that is pasted after a pause is saved at once, and an empty one only when what was sent is kept", async () => {
    await useDrafts.getState().read(id);
    type("pasted");
    await vi.waitFor(() => expect(saves()).toBe(1), { timeout: 50, interval: 5 });
    await soon();
    type("");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(saves()).toBe(1);
    await soon();
    expect(await kept()).toBe("");
  });

  it("is saved now and then while somebody types, and as it is in the end", async () => {
    await useDrafts.getState().read(id);
    twin.delay("save_draft", 30);
    let text = "";
    for (let key = 0; key < 60; key += 1) {
      text += "x";
      type(text);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(saves()).toBeGreaterThan(1);
    expect(saves()).toBeLessThan(12);
    await soon();
    expect(await kept()).toBe(text);
  });

  it("that is large is saved once in a second", async () => {
    await useDrafts.getState().read(id);
    const large = "x".repeat(2 ** 20);
    const begin = performance.now();
    for (let key = 0; performance.now() - begin < 1_300; key += 1) {
      type(large + key);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const whileTyping = saves();
    expect([1, 2]).toContain(whileTyping);
    const last = draftOf(id);
    await vi.waitFor(async () => expect((await kept()) === last).toBe(true), { timeout: 1_100 });
    expect(saves()).toBe(whileTyping + 1);
  });

  it("typed before the kept one was read takes nothing away", async () => {
    await call("save_draft", { workflow_id: id, text: "kept" });
    twin.delay("draft", 150);
    const read = useDrafts.getState().read(id);
    type("typed");
    await read;
    expect(draftOf(id)).toBe("kept\ntyped");
    await soon();
    expect(await kept()).toBe("kept\ntyped");
  });

  it("that cannot be read is not written over", async () => {
    await call("save_draft", { workflow_id: id, text: "kept" });
    twin.fail("draft", FULL, 2);
    await useDrafts.getState().read(id);
    type("typed");
    await soon();
    expect(saves()).toBe(1);
    type("typed on");
    await soon();
    expect(await kept()).toBe("kept\ntyped on");
  });

  it("that cannot be saved is told once, stays in the field, and is saved with the next change", async () => {
    await useDrafts.getState().read(id);
    const before = useToasts.getState().toasts.length;
    twin.fail("save_draft", FULL, 3);
    for (const text of ["a", "ab", "abc"]) {
      type(text);
      await soon();
    }
    expect(useToasts.getState().toasts.length).toBe(before + 1);
    expect([draftOf(id), await kept()]).toEqual(["abc", ""]);
    type("abcd");
    await soon();
    expect(await kept()).toBe("abcd");
  });

  it("of a workflow that is gone is let go without a word", async () => {
    await useDrafts.getState().read(id);
    const before = useToasts.getState().toasts.length;
    await call("delete_workflow", { workflow_id: id });
    type("for nobody");
    await soon();
    expect(useToasts.getState().toasts.length).toBe(before);
    await call("restore_workflow", { workflow_id: id });
    expect(await kept()).toBe("");
  });

  it.each(["pagehide", "blur"])("is handed over at once at %s", async (event) => {
    await useDrafts.getState().read(id);
    type("the last words");
    window.dispatchEvent(new Event(event));
    await Promise.resolve();
    expect(twin.calls.at(-1)).toEqual({ name: "save_draft", args: { workflow_id: id, text: "the last words" } });
  });
});
