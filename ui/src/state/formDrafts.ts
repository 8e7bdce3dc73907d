/**
 * What the user has typed into a node's form and the core has not taken yet: being written, refused, or waiting. Kept
 * by node and field, so that nothing is lost when the form closes or the canvas goes back to the truth.
 */
import { create } from "zustand";
import type { NodeId } from "../bindings/NodeId";
import type { Problem } from "../bindings/Problem";

/** One field as it was typed. `value` undefined: the parameter is to be removed. */
export interface Draft {
  value: unknown;
  /** Whether this value is on its way to the core. */
  saving: boolean;
  /** What keeps it from being stored, with paths inside the field (`[0].left`, or empty for the field itself). */
  problems: readonly Problem[];
}

interface DraftsState {
  drafts: ReadonlyMap<string, Draft>;
  write(node: NodeId, field: string, value: unknown): void;
  /** Says that the draft is on its way to the core. */
  save(node: NodeId, field: string): void;
  /** Says why a value was refused, unless another one was written in the meantime. */
  refuse(node: NodeId, field: string, value: unknown, problems: readonly Problem[]): void;
  /** Forgets a draft once its value is stored, unless another one was written in the meantime. */
  forget(node: NodeId, field: string, value: unknown): void;
}

/** Key of a field. */
export const draftKey = (node: NodeId, field: string) => `${node}\n${field}`;

/** Drafts of all forms. */
export const useFormDrafts = create<DraftsState>()((set, get) => {
  const put = (key: string, draft: Draft | undefined) => {
    const drafts = new Map(get().drafts);
    if (draft) drafts.set(key, draft);
    else drafts.delete(key);
    set({ drafts });
  };
  return {
    drafts: new Map(),
    write: (node, field, value) => put(draftKey(node, field), { value, saving: false, problems: [] }),
    save(node, field) {
      const key = draftKey(node, field);
      const draft = get().drafts.get(key);
      if (draft) put(key, { ...draft, saving: true });
    },
    refuse(node, field, value, problems) {
      const key = draftKey(node, field);
      if (get().drafts.get(key)?.value === value) put(key, { value, saving: false, problems });
    },
    forget(node, field, value) {
      const key = draftKey(node, field);
      if (get().drafts.get(key)?.value === value) put(key, undefined);
    },
  };
});
