/** What the user is writing in each workflow, kept on this machine: it survives reloads, errors and other workflows. */
import { create } from "zustand";
import type { WorkflowId } from "../bindings/WorkflowId";

const PREFIX = "bridge.draft.";

interface DraftsState {
  texts: Readonly<Record<WorkflowId, string>>;
  setDraft(workflowId: WorkflowId, text: string): void;
}

/** Drafts by workflow. Read with {@link useDraft}. */
export const useDrafts = create<DraftsState>()((set) => ({
  texts: {},
  setDraft(workflowId, text) {
    set(({ texts }) => ({ texts: { ...texts, [workflowId]: text } }));
    keep(workflowId, text);
  },
}));

/** The draft of a workflow, and how to change it. */
export function useDraft(workflowId: WorkflowId): [string, (text: string) => void] {
  const text = useDrafts((state) => state.texts[workflowId]) ?? kept(workflowId);
  const setDraft = useDrafts((state) => state.setDraft);
  return [text, (next) => setDraft(workflowId, next)];
}

/** The draft of a workflow now. */
export function draftOf(workflowId: WorkflowId): string {
  return useDrafts.getState().texts[workflowId] ?? kept(workflowId);
}

function kept(workflowId: WorkflowId): string {
  try {
    return localStorage.getItem(PREFIX + workflowId) ?? "";
  } catch {
    return "";
  }
}

function keep(workflowId: WorkflowId, text: string): void {
  try {
    if (text === "") localStorage.removeItem(PREFIX + workflowId);
    else localStorage.setItem(PREFIX + workflowId, text);
  } catch {
    // Too large for this storage: the draft lives as long as the window.
  }
}
