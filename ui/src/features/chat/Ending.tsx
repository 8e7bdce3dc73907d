/** How an answer ended, when it did not end well, and what to do next. */
import { Button } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";
import type { Message } from "../../bindings/Message";
import { useNavigation } from "../../state/navigation";
import { ErrorCard } from "../errors/ErrorCard";
import classes from "./MessageList.module.css";
import { useRemedies } from "./remedies";
import type { ChatActions } from "./useChatActions";

interface Props {
  message: Message;
  /** What it answers, if that can be asked again. */
  question: string | null;
  actions: ChatActions;
  onClear(): void;
}

const ENDINGS = {
  interrupted: {
    title: "The answer was cut off",
    text: "The connection, the provider or Bridge ended before the answer did.",
  },
  length: { title: "The answer is not complete", text: "The model reached its limit of words." },
} as const;

/** An error, a note, or nothing. */
export function Ending({ message, question, actions, onClear }: Props) {
  const openSettings = useNavigation((state) => state.openSettings);
  const { provider, error, finish_reason } = message.metadata;
  const remedies = useRemedies({ question, provider, actions, onClear, openSettings });
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
