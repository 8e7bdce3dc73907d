/** One settled message. */
import { Button } from "@mantine/core";
import { IconCheck, IconInfoCircle, IconPlayerStop, IconX } from "@tabler/icons-react";
import { memo, useMemo, useRef } from "react";
import type { Message } from "../../bindings/Message";
import { blocksOf } from "../../state/blocks";
import { useNavigation } from "../../state/navigation";
import { ErrorCard } from "../errors/ErrorCard";
import type { RenderProposal } from "./AssistantPanel";
import { MessageFooter } from "./MessageFooter";
import classes from "./MessageList.module.css";
import { Markdown } from "./markdown/Markdown";
import { Reasoning } from "./Reasoning";
import { useRemedies } from "./remedies";
import type { ChatActions } from "./useChatActions";
import { useNear } from "./useNear";

interface Props {
  message: Message;
  /** What an answer answers. */
  question: string | null;
  /** The newest of its role. */
  isLast: boolean;
  /** No answer is being written. */
  settled: boolean;
  /** Among the newest: drawn at once, not only when it comes into view. */
  near: boolean;
  actions: ChatActions;
  onClear(): void;
  renderProposal: RenderProposal;
}

/** Draws a message by who wrote it. */
export const MessageItem = memo(function MessageItem(props: Props) {
  const root = useRef<HTMLElement>(null);
  const visible = useNear(root, props.near);
  const { message } = props;
  return (
    <article
      ref={root}
      className={classes.message}
      data-role={message.role}
      data-message-id={message.id}
      aria-label={LABELS[message.role]}
    >
      {visible ? <Body {...props} /> : <p className={classes.outOfView}>{message.content.slice(0, 2000)}</p>}
    </article>
  );
});

const LABELS: Record<Message["role"], string> = { user: "You", assistant: "Assistant", system: "Bridge" };

function Body(props: Props) {
  if (props.message.role === "user") return <Question {...props} />;
  return props.message.role === "assistant" ? <Answer {...props} /> : <Note {...props} />;
}

function Question(props: Props) {
  return (
    <>
      <div className={classes.bubble}>{props.message.content}</div>
      <MessageFooter {...props} />
    </>
  );
}

function Answer(props: Props) {
  const { message, isLast, renderProposal } = props;
  const blocks = useMemo(() => blocksOf(message.content), [message.content]);
  return (
    <>
      {message.metadata.reasoning !== undefined && message.metadata.reasoning !== "" && (
        <Reasoning text={message.metadata.reasoning} thinking={false} />
      )}
      {message.content.trim() === "" && message.status === "complete" && message.actions.length === 0 ? (
        <p className={classes.dimmed}>The model answered with nothing.</p>
      ) : (
        <Markdown blocks={blocks} />
      )}
      <Ending {...props} />
      {message.actions.length > 0 && renderProposal(message, isLast)}
      <MessageFooter {...props} />
    </>
  );
}

const ENDINGS = {
  interrupted: {
    title: "The answer was cut off",
    text: "The connection, the provider or Bridge ended before the answer did.",
  },
  length: { title: "The answer is not complete", text: "The model reached its limit of words." },
} as const;

/** How an answer ended, when it did not end well, and what to do next. */
function Ending({ message, question, isLast, settled, actions, onClear }: Props) {
  const openSettings = useNavigation((state) => state.openSettings);
  const { provider, error, finish_reason } = message.metadata;
  const again = isLast && settled ? question : null;
  const remedies = useRemedies({ question: again, provider, actions, onClear, openSettings });
  if (message.status === "failed" && error !== undefined) return <ErrorCard error={error} remedies={remedies} />;
  const kind = endingOf(message, finish_reason);
  if (kind === null) return null;
  if (kind === "stopped") return <Stopped message={message} retry={remedies.retry} />;
  const kept = message.actions.length > 0 && message.status !== "complete" ? " Its changes cannot be applied." : "";
  const code = kind === "length" ? "answer_too_large" : "interrupted";
  const { title, text } = ENDINGS[kind];
  const shown = error ?? {
    code,
    message: text + kept,
    hint: "Ask again to get a whole answer.",
    retryable: true,
    problems: [],
  };
  return <ErrorCard error={shown} title={title} remedies={remedies} />;
}

/** The user's own doing: said calmly. */
function Stopped({ message, retry }: { message: Message; retry: (() => void) | undefined }) {
  return (
    <div className={classes.stopped}>
      <IconPlayerStop size={14} aria-hidden />
      <span>
        You stopped this answer. What had arrived is kept
        {message.actions.length > 0 && ", but its changes cannot be applied"}.
      </span>
      {retry !== undefined && (
        <Button size="compact-xs" variant="subtle" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function endingOf(message: Message, finish: string | undefined): keyof typeof ENDINGS | "stopped" | null {
  if (message.status === "stopped" || message.status === "interrupted") return message.status;
  if (message.status === "failed") return "interrupted";
  return finish === "length" && message.status === "complete" ? "length" : null;
}

/** What the application says: what was applied or rejected. */
function Note({ message }: Props) {
  const blocks = useMemo(() => blocksOf(message.content), [message.content]);
  const Icon = message.content.startsWith("Reject") ? IconX : message.metadata.about ? IconCheck : IconInfoCircle;
  return (
    <div className={classes.note}>
      <Icon size={14} className={classes.noteIcon} aria-hidden />
      <Markdown blocks={blocks} />
    </div>
  );
}
