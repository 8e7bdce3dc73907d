/**
 * What the user is writing to the assistant in each workflow. The core keeps it, so that it survives reloads, errors, other
 * workflows and the end of the program.
 */
import { useEffect } from "react";
import { create } from "zustand";
import type { WorkflowId } from "../bindings/WorkflowId";
import { asCoreError, call } from "../ipc";
import { toastError } from "./toasts";

/** Between two times of saving a draft, in milliseconds. A change after a longer pause is saved at once. */
const PAUSE_MS = 100;
/** Characters from which on a text is large, and the time between two times of saving one, in milliseconds. */
const LARGE = 64 * 1024;
const LARGE_PAUSE_MS = 1000;

type Texts = Readonly<Record<WorkflowId, string>>;

interface DraftsState {
  /** What is in the field. */
  texts: Texts;
  /** What the core has, once it was read or written. */
  kept: Texts;
  /** Reads what the core has, unless that is known. What was typed meanwhile stays. */
  read(workflowId: WorkflowId): Promise<void>;
  setDraft(workflowId: WorkflowId, text: string): void;
  /** Saves a draft now, if it is not kept as it is. */
  save(workflowId: WorkflowId): Promise<void>;
}

/** Drafts by workflow. Read with {@link useDraft}. */
export const useDrafts = create<DraftsState>()((set, get) => {
  const reading = new Map<WorkflowId, Promise<void>>();
  const saving = new Set<WorkflowId>();
  const due = new Map<WorkflowId, ReturnType<typeof setTimeout>>();
  const saved = new Map<WorkflowId, number>();
  let failed = false;

  async function readOnce(id: WorkflowId): Promise<void> {
    const text = await call("draft", { workflow_id: id });
    set(({ texts, kept }) => ({
      texts: { ...texts, [id]: together(text, texts[id] ?? "") },
      kept: { ...kept, [id]: text },
    }));
    if (isUnkept(get(), id)) schedule(id);
  }

  function read(id: WorkflowId): Promise<void> {
    if (get().kept[id] !== undefined) return Promise.resolve();
    const under = reading.get(id) ?? readOnce(id).finally(() => reading.delete(id));
    reading.set(id, under);
    return under;
  }

  function schedule(id: WorkflowId): void {
    if (due.has(id)) return;
    const now = performance.now();
    const length = get().texts[id]?.length ?? 0;
    const next = (saved.get(id) ?? Number.NEGATIVE_INFINITY) + (length > LARGE ? LARGE_PAUSE_MS : PAUSE_MS);
    // A text that was just sent is to be in the history before it is no draft any more.
    const pause = length === 0 ? PAUSE_MS : Math.max(0, next - now);
    due.set(
      id,
      setTimeout(() => void save(id), pause),
    );
  }

  async function save(id: WorkflowId): Promise<void> {
    clearTimeout(due.get(id));
    due.delete(id);
    if (saving.has(id) || !isUnkept(get(), id)) return;
    saving.add(id);
    saved.set(id, performance.now());
    try {
      // First, so that nothing is written over that was not read.
      await read(id);
      if (isUnkept(get(), id)) await write(id);
      failed = false;
    } catch (cause) {
      tell(id, cause);
      return;
    } finally {
      saving.delete(id);
    }
    if (isUnkept(get(), id)) schedule(id);
  }

  async function write(id: WorkflowId): Promise<void> {
    const text = get().texts[id] ?? "";
    await call("save_draft", { workflow_id: id, text });
    set(({ kept }) => ({ kept: { ...kept, [id]: text } }));
  }

  /** Says once that drafts are not kept; a workflow that is gone needs none. */
  function tell(id: WorkflowId, cause: unknown): void {
    const error = asCoreError(cause);
    if (error.code === "not_found" || failed) return;
    failed = true;
    toastError(error, () => {
      failed = false;
      void save(id);
    });
  }

  return {
    texts: {},
    kept: {},
    read: (id) => read(id).catch((cause) => tell(id, cause)),
    setDraft(id, text) {
      set(({ texts }) => ({ texts: { ...texts, [id]: text } }));
      schedule(id);
    },
    save,
  };
});

/** The draft of a workflow, and how to change it. */
export function useDraft(workflowId: WorkflowId): [string, (text: string) => void] {
  const text = useDrafts((state) => state.texts[workflowId]) ?? "";
  const { read, setDraft, save } = useDrafts.getState();
  useEffect(() => {
    void read(workflowId);
    return () => void save(workflowId);
  }, [workflowId, read, save]);
  return [text, (next) => setDraft(workflowId, next)];
}

/** The draft of a workflow now. */
export function draftOf(workflowId: WorkflowId): string {
  return useDrafts.getState().texts[workflowId] ?? "";
}

/** Saves every draft when the window is left, hidden or closed. Returns how to stop. */
export function saveDraftsOnLeaving(): () => void {
  const saveAll = () => {
    const { texts, save } = useDrafts.getState();
    for (const id of Object.keys(texts)) void save(id);
  };
  const end = () => {
    const state = useDrafts.getState();
    for (const [id, text] of Object.entries(state.texts)) {
      // Nobody is there to wait for what is being saved, or to be told.
      if (state.kept[id] !== undefined && isUnkept(state, id)) {
        void call("save_draft", { workflow_id: id, text }).catch(() => undefined);
      }
    }
  };
  window.addEventListener("pagehide", end);
  window.addEventListener("blur", saveAll);
  document.addEventListener("visibilitychange", saveAll);
  return () => {
    window.removeEventListener("pagehide", end);
    window.removeEventListener("blur", saveAll);
    document.removeEventListener("visibilitychange", saveAll);
  };
}

/** Whether the core does not have what is in the field. */
function isUnkept({ texts, kept }: Pick<DraftsState, "texts" | "kept">, id: WorkflowId): boolean {
  return texts[id] !== undefined && texts[id] !== kept[id];
}

/** What the core has, and what was typed before that was known. */
function together(kept: string, typed: string): string {
  if (kept === "" || typed === kept) return typed;
  return typed === "" ? kept : `${kept}\n${typed}`;
}
