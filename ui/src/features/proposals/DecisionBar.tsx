/** Accept and reject, for everything or for what is chosen, with a reason if there is one. */
import { Button, Checkbox, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import type { ProposedAction } from "../../bindings/ProposedAction";
import { isOpen, type OpenProposal, useProposals, withNeeded } from "../../state/proposals";
import classes from "./ProposalCard.module.css";

interface Props {
  messageId: string;
  actions: readonly ProposedAction[];
  open: OpenProposal | undefined;
}

/** The buttons below the list. */
export function DecisionBar({ messageId, actions, open }: Props) {
  const [rejecting, setRejecting] = useState(false);
  const pending = actions.filter(({ decision }) => decision.type === "pending");
  if (open === undefined) return <Review messageId={messageId} actions={actions} />;
  const selected = pending.filter(({ index }) => open.selected.has(index)).map(({ index }) => index);
  const everything = selected.length === pending.length;
  const scope = everything ? pending.map(({ index }) => index) : selected;
  if (rejecting) {
    return (
      <RejectForm messageId={messageId} indexes={rejectScope(pending, selected)} onClose={() => setRejecting(false)} />
    );
  }
  const accepted = acceptScope(actions, scope);
  const risky = accepted.filter(
    (index) => (actions.find((action) => action.index === index)?.risks.length ?? 0) > 0,
  ).length;
  const all = accepted.length === pending.length;
  return (
    <div className={classes.bar}>
      <Checkbox
        size="xs"
        aria-label="Choose all changes"
        checked={everything}
        indeterminate={!everything && selected.length > 0}
        onChange={() => void choose(messageId, everything ? [] : pending)}
      />
      <Button
        size="compact-sm"
        loading={open.deciding}
        disabled={accepted.length === 0 || open.proposal === null}
        onClick={() =>
          void useProposals.getState().accept(
            messageId,
            [...scope].sort((a, b) => a - b),
          )
        }
      >
        {acceptLabel(accepted.length, all, risky)}
      </Button>
      <Button size="compact-sm" variant="default" disabled={open.deciding} onClick={() => setRejecting(true)}>
        {selected.length === 0 || everything || isWhole(pending, selected) ? "Reject all" : `Reject ${selected.length}`}
      </Button>
    </div>
  );
}

/** An older proposal is looked at on demand. */
function Review({ messageId, actions }: Omit<Props, "open">) {
  const review = () => {
    const { begin, showOnCanvas } = useProposals.getState();
    showOnCanvas(messageId);
    void begin(messageId, actions);
  };
  return (
    <div className={classes.bar}>
      <Button size="compact-sm" variant="light" onClick={review}>
        Review
      </Button>
    </div>
  );
}

/** Everything that can be applied of what is chosen, with what it needs. */
function acceptScope(actions: readonly ProposedAction[], chosen: readonly number[]): number[] {
  const byIndex = new Map(actions.map((action) => [action.index, action]));
  const fits = (index: number) => {
    const action = byIndex.get(index);
    return action !== undefined && isOpen(action);
  };
  return withNeeded(
    actions,
    chosen.filter((index) => fits(index) && withNeeded(actions, [index]).every(fits)),
  );
}

/** What Reject is about: what is chosen; without a choice, everything. Everything that fits is the usual choice. */
function rejectScope(pending: readonly ProposedAction[], selected: readonly number[]): number[] {
  return selected.length === 0 || isWhole(pending, selected) ? pending.map(({ index }) => index) : [...selected];
}

function isWhole(pending: readonly ProposedAction[], selected: readonly number[]): boolean {
  return (
    selected.length === pending.filter(isOpen).length &&
    pending.filter(isOpen).every(({ index }) => selected.includes(index))
  );
}

function choose(messageId: string, actions: readonly ProposedAction[]): Promise<void> {
  return useProposals.getState().select(
    messageId,
    actions.filter(isOpen).map(({ index }) => index),
  );
}

function acceptLabel(count: number, all: boolean, risky: number): string {
  if (count === 0) return "Accept";
  const what = all && count !== 1 ? `Accept all ${count}` : `Accept ${count}`;
  return risky > 0 ? `${what} (${risky} to look at)` : what;
}

interface RejectProps {
  messageId: string;
  indexes: readonly number[];
  onClose(): void;
}

/** Asks why, which may stay empty. Esc keeps everything. */
function RejectForm({ messageId, indexes, onClose }: RejectProps) {
  const [reason, setReason] = useState("");
  const reject = async () => {
    if (await useProposals.getState().reject(messageId, indexes, reason)) onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") void reject();
    if (event.key === "Escape") {
      event.preventDefault();
      onClose();
    }
  };
  return (
    <div className={classes.bar}>
      <TextInput
        size="xs"
        className={classes.reason}
        autoFocus
        aria-label="Reason, told to the assistant with the next request; may stay empty"
        placeholder="Why? (optional)"
        title="Told to the assistant with the next request"
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Button size="compact-sm" color="red" onClick={() => void reject()}>
        Reject {indexes.length}
      </Button>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose}>
        Cancel
      </Button>
    </div>
  );
}
