/** One field of a node's form: shows the draft or what is stored, stores when the typing rests or the field is left. */
import { useCallback, useEffect, useRef } from "react";
import type { Action } from "../../bindings/Action";
import type { NodeSettings } from "../../bindings/NodeSettings";
import type { Problem } from "../../bindings/Problem";
import { sentences } from "../../components/sentences";
import { RANGES, settingsOf, type TypedSetting, withTyped } from "../../graph/settings";
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

/** Path of the label in the action that sets it. */
const LABEL = "label";

/**
 * @param field name of a parameter, or {@link LABEL} with `isLabel`
 * @param stored what the workflow holds
 */
export function useField(nodeId: string, field: string, stored: unknown, isLabel = false): Field {
  const change = useCallback(
    (value: unknown): Partial<UpdateNode> =>
      isLabel ? { label: String(value) } : { config: { [field]: value === undefined ? null : value } },
    [isLabel, field],
  );
  return useDraft(nodeId, isLabel ? LABEL : `config.${field}`, stored, change);
}

/** A setting that is typed. What is no number in its range stays as typed and is not sent. */
export function useSettingField(nodeId: string, name: TypedSetting, settings: NodeSettings, stored: unknown): Field {
  const latest = useRef(settings);
  latest.current = settings;
  const change = useCallback(
    (value: unknown): Partial<UpdateNode> => {
      // Another setting may be on its way; without the workflow, what the form last showed is all there is.
      const node = useEditor.getState().graph.nodes.get(nodeId);
      return { settings: withTyped(node ? settingsOf(node.data) : latest.current, name, value) };
    },
    [nodeId, name],
  );
  return useDraft(nodeId, `settings.${name}`, stored, change, name === "notes" ? undefined : RANGES[name]);
}

type UpdateNode = Extract<Action, { type: "update_node" }>;

function useDraft(
  nodeId: string,
  name: string,
  stored: unknown,
  change: (value: unknown) => Partial<UpdateNode>,
  range?: readonly [number, number],
): Field {
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
    if (!now || now.saving || now.problems.length > 0 || rangeProblem(now.value, range) !== null) return;
    if (isSame(now.value, latest.current)) forget(nodeId, name, now.value);
    else void store(nodeId, name, now.value, change(now.value), workflowId);
  }, [key, name, nodeId, workflowId, change, range]);

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

  const value = draft ? draft.value : stored;
  const outside = draft ? rangeProblem(value, range) : null;
  const problems: readonly Problem[] =
    outside === null ? (draft?.problems ?? NO_PROBLEMS) : [{ path: "", code: "invalid_value", message: outside }];
  return { value, problems, write, commit };
}

/** What is wrong with a number; nothing when it is left out. */
function rangeProblem(value: unknown, range: readonly [number, number] | undefined): string | null {
  if (!range || value === undefined || value === null) return null;
  const [least, most] = range;
  const fits = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  return fits ? null : `A whole number from ${NUMBER.format(least)} to ${NUMBER.format(most)}.`;
}

const NUMBER = new Intl.NumberFormat("en");

/** Sends one field to the core; what is refused stays as typed, with the reasons. */
async function store(
  nodeId: string,
  name: string,
  value: unknown,
  change: Partial<UpdateNode>,
  workflowId: string | undefined,
): Promise<void> {
  const { label, ...rest } = change;
  const actions =
    label === undefined ? [{ type: "update_node" as const, node_id: nodeId, ...rest }] : renamingOf(nodeId, label);
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
