/** The changes a message proposes, and the decision on them. */
import { Button, Loader } from "@mantine/core";
import { IconEye, IconEyeOff, IconRefresh } from "@tabler/icons-react";
import { useEffect, useMemo } from "react";
import type { Message } from "../../bindings/Message";
import type { ProposedAction } from "../../bindings/ProposedAction";
import { IconAction } from "../../components/IconAction";
import { useEditor } from "../../state/editor";
import { nodesToChange, useOverlay } from "../../state/overlay";
import { isOpen, type OpenProposal, useProposals } from "../../state/proposals";
import { ErrorCard } from "../errors/ErrorCard";
import { ActionList } from "./ActionList";
import { DecidedSummary } from "./DecidedSummary";
import { DecisionBar } from "./DecisionBar";
import classes from "./ProposalCard.module.css";

interface Props {
  message: Message;
  /** Belongs to the newest answer: it is shown on the canvas by itself. */
  isLast: boolean;
}

/** Draws a proposal in the state it is in: to be decided, decided, or not to be applied at all. */
export function ProposalCard({ message, isLast }: Props) {
  const open = useProposals((state) => state.open[message.id]);
  const actions = open?.proposal?.actions ?? message.actions;
  const pending = actions.some(({ decision }) => decision.type === "pending");
  const whole = message.status === "complete";
  useReview(message, isLast && whole && pending);
  return (
    <section className={classes.card} aria-label="Suggested changes" data-proposal={message.id}>
      <Header message={message} actions={actions} open={open} decidable={whole && pending} />
      {!whole && <p className={classes.explanation}>{CANNOT[message.status] ?? ""}</p>}
      {open !== undefined && <State messageId={message.id} open={open} pending={pending} />}
      <ActionList messageId={message.id} actions={actions} open={open} decidable={whole && pending} />
      {whole && pending && <DecisionBar messageId={message.id} actions={actions} open={open} />}
      <DecidedSummary actions={actions} />
    </section>
  );
}

const CANNOT: Partial<Record<Message["status"], string>> = {
  interrupted:
    "These changes cannot be applied: the answer was cut off, so some may be missing. Ask again for a whole answer.",
  failed: "These changes cannot be applied: the answer failed before it was complete. Ask again for a whole answer.",
  stopped:
    "These changes cannot be applied: you stopped the answer before it was complete. Ask again for a whole answer.",
  streaming: "These changes can be applied as soon as the answer is complete.",
};

/** Looks at a proposal when it comes up, and again whenever the workflow changes; takes it from the canvas at the end. */
function useReview(message: Message, wanted: boolean): void {
  const version = useEditor(({ workflow }) => workflow?.active_version);
  const reviewed = useProposals((state) => state.open[message.id] !== undefined);
  const { id } = message;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the actions of a message change only with its decisions
  useEffect(() => {
    if (!wanted) return;
    const { begin, showOnCanvas } = useProposals.getState();
    showOnCanvas(id);
    void begin(id, message.actions);
    return () => {
      if (useProposals.getState().onCanvas === id) showOnCanvas(null);
    };
  }, [id, wanted]);
  useEffect(() => {
    const known = useProposals.getState().open[id]?.proposal?.base_version;
    if (reviewed && version !== undefined && known !== undefined && known !== version) {
      void useProposals.getState().check(id, { fit: false });
    }
  }, [id, reviewed, version]);
}

interface HeaderProps {
  message: Message;
  actions: readonly ProposedAction[];
  open: OpenProposal | undefined;
  decidable: boolean;
}

function Header({ message, actions, open, decidable }: HeaderProps) {
  const onCanvas = useProposals((state) => state.onCanvas === message.id);
  const counts = useMemo(() => countsOf(actions), [actions]);
  const toggle = () => {
    const { begin, showOnCanvas } = useProposals.getState();
    showOnCanvas(onCanvas ? null : message.id);
    if (onCanvas) useOverlay.getState().hide(message.id);
    else void begin(message.id, message.actions);
  };
  return (
    <header className={classes.header}>
      <h3>{actions.length === 1 ? "1 suggested change" : `${actions.length} suggested changes`}</h3>
      <span className={classes.counts}>{counts}</span>
      {(open?.checking || open?.deciding) && <Loader size={12} aria-label="Checking" />}
      {decidable && (
        <IconAction
          label={onCanvas ? "Hide on the canvas" : "Show on the canvas"}
          size={24}
          aria-pressed={onCanvas}
          onClick={toggle}
        >
          {onCanvas ? <IconEye size={14} /> : <IconEyeOff size={14} />}
        </IconAction>
      )}
    </header>
  );
}

function countsOf(actions: readonly ProposedAction[]): string {
  const risky = actions.filter(({ risks }) => risks.length > 0).length;
  const broken = actions.filter((action) => action.decision.type === "pending" && !isOpen(action)).length;
  const parts = [];
  if (risky > 0) parts.push(`${risky} to look at`);
  if (broken > 0) parts.push(`${broken} cannot be applied`);
  return parts.join(", ");
}

/** What the user should know before deciding: changes in the meantime, and what went wrong. */
function State({ messageId, open, pending }: { messageId: string; open: OpenProposal; pending: boolean }) {
  const check = useProposals((state) => state.check);
  const dismiss = useProposals((state) => state.dismissError);
  const again = () => void check(messageId);
  const stale = open.proposal?.stale === true && open.proposal.applicable.length > 0;
  const moved = open.proposal ? open.proposal.changed_nodes.length - nodesToChange(open.proposal).length : 0;
  return (
    <>
      {open.error !== null && (
        <ErrorCard error={open.error} remedies={{ retry: again, look_again: again }}>
          <Button size="compact-xs" variant="subtle" onClick={() => dismiss(messageId)}>
            Dismiss
          </Button>
        </ErrorCard>
      )}
      {open.notice !== null && (
        <p className={classes.warning} role="alert">
          {open.notice}
        </p>
      )}
      {stale && open.notice === null && (
        <p className={classes.warning} role="status">
          The workflow has changed since this was suggested. What you see is checked against version{" "}
          {open.proposal?.base_version}.
          <Button
            size="compact-xs"
            variant="subtle"
            loading={open.checking}
            leftSection={<IconRefresh size={12} />}
            onClick={again}
          >
            Check again
          </Button>
        </p>
      )}
      {pending && moved > 0 && (
        <p className={classes.explanation}>
          {moved === 1 ? "1 node moves" : `${moved.toLocaleString("en")} nodes move`} to make room.
        </p>
      )}
    </>
  );
}
