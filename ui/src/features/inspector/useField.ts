/** One field of a node's form: shows the draft or what is stored, stores when the typing rests or the field is left. */
import { useCallback, useEffect, useRef } from "react";
import type { Problem } from "../../bindings/Problem";
import { sentences } from "../../components/sentences";
import { useEditor } from "../../state/editor";
import { draftKey, useFormDrafts } from "../../state/formDrafts";
import { renamingOf } from "../../state/renaming";

/** How long typing must rest before it is stored, in milliseconds. */
const REST_MS = 600;
const NO_PROBLEMS: readonly Problem[] = [];

/** A field, for its control. */
export interface Field {
  value: unknown;
  problems: readonly Problem[];
  /** Takes what was typed; stored when it rests. */
  write(value: unknown): void;
  /** Stores now, if there is anything to store. */
  commit(): void;
}

/** Path of a field in the one action that sets it. */
const LABEL = "label";

/**
 * @param field name of a parameter, or {@link LABEL} with `isLabel`
 * @param stored what the workflow holds
 */
export function useField(nodeId: string, field: string, stored: unknown, isLabel = false): Field {
  const name = isLabel ? LABEL : `config.${field}`;
  const key = draftKey(nodeId, name);
  const draft = useFormDrafts((state) => state.drafts.get(key));
  const workflowId = useEditor((state) => state.workflow?.id);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const written = useRef(false);
  const latest = useRef(stored);
  latest.current = stored;

  const commit = useCallback(() => {
    clearTimeout(timer.current);
    written.current = false;
    const { drafts, forget } = useFormDrafts.getState();
    const now = drafts.get(key);
    if (!now || now.saving || now.problems.length > 0) return;
    if (isSame(now.value, latest.current)) forget(nodeId, name, now.value);
    else void store(nodeId, name, now.value, workflowId);
  }, [key, name, nodeId, workflowId]);

  const write = useCallback(
    (value: unknown) => {
      useFormDrafts.getState().write(nodeId, name, value);
      clearTimeout(timer.current);
      written.current = true;
      // Expressions follow a new label, and half a name may be another node's: a label is stored when it is left.
      if (name !== LABEL) timer.current = setTimeout(commit, REST_MS);
    },
    [nodeId, name, commit],
  );

  // A form that closes while the typing has not rested stores what it has.
  useEffect(() => () => (written.current ? commit() : undefined), [commit]);

  return { value: draft ? draft.value : stored, problems: draft?.problems ?? NO_PROBLEMS, write, commit };
}

/** Sends one field to the core; what is refused stays as typed, with the reasons. */
async function store(nodeId: string, name: string, value: unknown, workflowId: string | undefined): Promise<void> {
  const config = { [name.slice("config.".length)]: value === undefined ? null : value };
  const actions =
    name === LABEL
      ? renamingOf(nodeId, String(value))
      : [{ type: "update_node" as const, node_id: nodeId, config }];
  const { save, forget, refuse } = useFormDrafts.getState();
  save(nodeId, name);
  const result = await useEditor.getState().submit(actions, { quiet: true, ...(workflowId ? { workflowId } : {}) });
  if (result.ok) {
    forget(nodeId, name, value);
    return;
  }
  const { error } = result;
  const message = sentences(error.message, error.hint);
  const problems = error.problems.length > 0 ? error.problems : [{ path: "", code: "invalid_value" as const, message }];
  refuse(
    nodeId,
    name,
    value,
    problems.map((problem) => ({ ...problem, path: inside(problem.path, name) })),
  );
}

/** The part of a problem's path below the field: `actions[0].config.headers[1].name` in `headers` is `[1].name`. */
export function inside(path: string, name: string): string {
  const local = path.replace(/^(request\.)?actions\[\d+\]\.?/, "");
  return local.startsWith(name) ? local.slice(name.length) : "";
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
