/** The list of proposed changes, risky ones first; moved through with arrow keys, decided with A and R. */
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Action } from "../../bindings/Action";
import type { ProposedAction } from "../../bindings/ProposedAction";
import { useOverlay } from "../../state/overlay";
import { isOpen, type OpenProposal, useProposals, withNeeded } from "../../state/proposals";
import { ActionRow, type RowActions } from "./ActionRow";
import classes from "./ProposalCard.module.css";
import { riskyFirst } from "./risks";

interface Props {
  messageId: string;
  actions: readonly ProposedAction[];
  open: OpenProposal | undefined;
  decidable: boolean;
}

/** Every change, one row each. */
export function ActionList({ messageId, actions, open, decidable }: Props) {
  const ordered = useMemo(() => riskyFirst(actions), [actions]);
  const [focused, setFocused] = useState<number | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const selected = open?.selected;
  const deciding = open?.deciding ?? false;
  const rowActions = useRowActions(messageId);
  const needed = useMemo(() => neededBy(actions), [actions]);
  useEffect(() => () => useOverlay.getState().highlight([]), []);

  const move = (to: number) => {
    const place = Math.max(0, Math.min(ordered.length - 1, to));
    list.current?.querySelectorAll<HTMLElement>("[data-row]")[place]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest("[data-row]");
    if (row !== event.target || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = Number(row.getAttribute("data-place"));
    const action = ordered[place];
    if (action === undefined) return;
    const run = keyAction(event.key, place, ordered.length, move, () =>
      decidable && !deciding ? decisionKey(event.key, action, rowActions) : false,
    );
    if (run) event.preventDefault();
  };
  return (
    <ul
      ref={list}
      className={classes.list}
      aria-label="Changes. A accepts, R rejects, Space chooses"
      onKeyDown={onKeyDown}
    >
      {ordered.map((action, place) => (
        <ActionRow
          key={action.index}
          messageId={messageId}
          action={action}
          place={place}
          tabbable={focused === null ? place === 0 : focused === action.index}
          selected={selected?.has(action.index) ?? false}
          needs={needed.get(action.index) ?? NOTHING}
          decidable={decidable}
          deciding={deciding}
          actions={rowActions}
          onFocus={setFocused}
        />
      ))}
    </ul>
  );
}

const NOTHING: readonly number[] = [];

/** For every change, the pending ones that come with it. */
function neededBy(actions: readonly ProposedAction[]): Map<number, readonly number[]> {
  const needed = new Map<number, readonly number[]>();
  for (const action of actions) {
    if (action.depends_on.length === 0 || action.decision.type !== "pending") continue;
    needed.set(
      action.index,
      withNeeded(actions, [action.index]).filter((index) => index !== action.index),
    );
  }
  return needed;
}

function keyAction(
  key: string,
  place: number,
  count: number,
  move: (to: number) => void,
  decide: () => boolean,
): boolean {
  const targets: Record<string, number> = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: count - 1 };
  const target = targets[key];
  if (target === undefined) return decide();
  move(target);
  return true;
}

function decisionKey(key: string, action: ProposedAction, actions: RowActions): boolean {
  if (action.decision.type !== "pending") return false;
  if (key === " ") actions.toggle(action.index);
  else if (key.toLowerCase() === "a" && isOpen(action)) actions.accept(action.index);
  else if (key.toLowerCase() === "r") actions.reject(action.index);
  else return false;
  return true;
}

function useRowActions(messageId: string): RowActions {
  return useMemo(
    () => ({
      toggle(index) {
        const { open, select } = useProposals.getState();
        const selected = new Set(open[messageId]?.selected);
        if (!selected.delete(index)) selected.add(index);
        void select(messageId, selected);
      },
      accept: (index) => void useProposals.getState().accept(messageId, [index]),
      reject: (index) => void useProposals.getState().reject(messageId, [index], ""),
      pointAt: (action) => useOverlay.getState().highlight(action === null ? [] : nodesOf(action)),
    }),
    [messageId],
  );
}

/** Nodes an action is about. */
function nodesOf(action: Action): string[] {
  switch (action.type) {
    case "add_node":
      return action.id === undefined ? [] : [action.id];
    case "update_node":
    case "delete_node":
      return [action.node_id];
    case "add_edge":
      return [action.source, action.target];
    case "delete_edge":
      return [action.source, action.target].filter((id) => id !== undefined);
    case "generate_workflow":
      return [];
  }
}
