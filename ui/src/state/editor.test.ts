import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Error as CoreError } from "../bindings/Error";
import type { ErrorCode } from "../bindings/ErrorCode";
import type { TwinHandle } from "../ipc/twin";
import { httpNode, openWorkflow } from "../test/openWorkflow";
import { useEditor } from "./editor";
import { useSelection } from "./selection";
import { useToasts } from "./toasts";

const error = (code: ErrorCode): CoreError => ({
  code,
  message: `It is ${code}.`,
  hint: "",
  retryable: false,
  problems: [],
});
const label = (id: string) => useEditor.getState().graph.nodes.get(id)?.data.label;
const rename = (id: string, text: string) =>
  useEditor.getState().submit([{ type: "update_node", node_id: id, label: text }]);
const edits = (twin: TwinHandle) => twin.calls.filter(({ name }) => name === "edit_workflow");

let twin: TwinHandle;
beforeEach(async () => {
  twin = await openWorkflow({
    nodes: [httpNode("a"), httpNode("b", 300)],
    edges: [{ id: "e", source: "a", target: "b" }],
  });
});
afterEach(() => {
  vi.useRealTimers();
  useEditor.getState().close();
});

describe("submit", () => {
  it("shows an edit at once and keeps it once it is stored", async () => {
    const done = rename("a", "A");
    expect(label("a")).toBe("A");
    expect(useEditor.getState().truth.nodes.get("a")?.data.label).toBe("a");
    expect(await done).toEqual({ ok: true });
    expect(useEditor.getState()).toMatchObject({ waiting: 0, canUndo: true });
    expect(useEditor.getState().truth.nodes.get("a")?.data.label).toBe("A");
  });

  it("stores edits one at a time, each on the version of the one before", async () => {
    await Promise.all([rename("a", "1"), rename("a", "2"), rename("b", "3")]);
    const versions = edits(twin).map(
      ({ args }) => (args as { request: { base_version: number } }).request.base_version,
    );
    expect(versions).toEqual([1, 2, 3]);
    expect([label("a"), label("b")]).toEqual(["2", "3"]);
  });

  it("goes back to the truth when the core refuses, keeps later edits, and offers to try again", async () => {
    twin.fail("edit_workflow", error("invalid_input"));
    const results = await Promise.all([rename("a", "A"), rename("b", "B")]);
    expect(results.map(({ ok }) => ok)).toEqual([false, true]);
    expect([label("a"), label("b")]).toEqual(["a", "B"]);
    const [toast] = useToasts.getState().toasts;
    expect(toast?.message).toBe("It is invalid_input.");
    toast?.action?.run();
    await vi.waitFor(() => expect(label("a")).toBe("A"));
  });

  it("says nothing of a refused edit whose form shows it", async () => {
    twin.fail("edit_workflow", error("invalid_input"));
    await useEditor.getState().submit([{ type: "update_node", node_id: "a", label: "A" }], { quiet: true });
    expect(useToasts.getState().toasts).toEqual([]);
  });

  it("opens the newest version on a conflict and lets the edit be applied again", async () => {
    const entry = twin.world.workflow(useEditor.getState().workflow?.id ?? "");
    twin.world.store(entry, twin.world.apply(entry, [{ type: "update_node", node_id: "b", label: "theirs" }]), {
      type: "user",
    });
    const [first, second] = await Promise.all([rename("a", "mine"), rename("a", "mine too")]);
    expect([first?.ok, second?.ok]).toEqual([false, false]);
    expect([label("a"), label("b")]).toEqual(["a", "theirs"]);
    const toast = useToasts.getState().toasts.at(-1);
    expect(toast?.action?.label).toBe("Apply again");
    toast?.action?.run();
    await vi.waitFor(() => expect(useEditor.getState().truth.nodes.get("a")?.data.label).toBe("mine too"));
  });

  it("stores an edit whose workflow was closed while it waited", async () => {
    const id = useEditor.getState().workflow?.id ?? "";
    twin.delay("edit_workflow", 5);
    const done = Promise.all([rename("a", "1"), rename("b", "2")]);
    useEditor.getState().close();
    await done;
    const entry = twin.world.workflow(id);
    expect(twin.world.graph(entry).nodes.get("b")?.data.label).toBe("2");
  });
});

describe("a disk that refuses", () => {
  for (const code of ["disk_full", "read_only", "store_unavailable"] as const) {
    it(`d6_${code}_keeps_the_edit_and_stores_it_later`, async () => {
      vi.useFakeTimers({ shouldAdvanceTime: true });
      twin.fail("edit_workflow", error(code), 2);
      const done = rename("a", "A");
      const later = rename("b", "B");
      await vi.waitFor(() => expect(useEditor.getState().blocked?.code).toBe(code));
      expect([label("a"), label("b"), useEditor.getState().waiting]).toEqual(["A", "B", 2]);
      await vi.advanceTimersByTimeAsync(9000);
      expect(await Promise.all([done, later])).toEqual([{ ok: true }, { ok: true }]);
      expect(useEditor.getState()).toMatchObject({ blocked: null, waiting: 0 });
    });
  }

  it("tries again at once when asked to", async () => {
    twin.fail("edit_workflow", error("disk_full"));
    const done = rename("a", "A");
    await vi.waitFor(() => expect(useEditor.getState().blocked).not.toBeNull());
    useEditor.getState().retry();
    expect(await done).toEqual({ ok: true });
  });
});

describe("history", () => {
  it("undoes and redoes after what is waiting", async () => {
    void rename("a", "A");
    await useEditor.getState().undo();
    expect([label("a"), useEditor.getState().canRedo]).toEqual(["a", true]);
    await useEditor.getState().redo();
    expect(label("a")).toBe("A");
  });

  it("restores a version as a new one", async () => {
    await rename("a", "A");
    await useEditor.getState().restoreVersion(1);
    expect(label("a")).toBe("a");
    expect(useEditor.getState().workflow?.active_version).toBe(3);
  });

  it("takes in a change that someone else stored", async () => {
    const entry = twin.world.workflow(useEditor.getState().workflow?.id ?? "");
    const change = twin.world.store(entry, twin.world.apply(entry, [{ type: "delete_node", node_id: "b" }]), {
      type: "assistant",
      message_id: "m",
    });
    useSelection.getState().select(["b"], ["e"]);
    useSelection.getState().inspect("b");
    useEditor.getState().receive(change);
    expect([...useEditor.getState().graph.nodes.keys()]).toEqual(["a"]);
    expect(useSelection.getState()).toMatchObject({ inspected: null, nodes: new Set(), edges: new Set() });
  });

  it("edits nothing while an old version is shown", async () => {
    await rename("a", "A");
    const version = twin.world.version(twin.world.workflow(useEditor.getState().workflow?.id ?? ""), 1);
    useEditor.getState().setPreview(version);
    await rename("a", "B");
    expect(edits(twin)).toHaveLength(1);
  });
});
