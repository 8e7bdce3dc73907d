/** Says to a screen reader that an answer has begun and ended, not each word of it. */
import { VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Message } from "../../bindings/Message";
import { useConversation } from "../../state/conversation";

/** How much of an answer is read out, in characters. */
const READ_OUT = 400;

/** A polite live region. */
export function Announcer() {
  const live = useConversation((state) => state.chat.live !== null);
  const [text, setText] = useState("");
  const wasLive = useRef(false);
  useEffect(() => {
    if (live) setText("The assistant is answering.");
    else if (wasLive.current) setText(ending(useConversation.getState().chat.messages.at(-1)));
    wasLive.current = live;
  }, [live]);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}

function ending(message: Message | undefined): string {
  if (message?.role !== "assistant") return "The request was not sent.";
  const count = message.actions.length;
  const actions = count === 0 ? "" : ` ${count} suggested ${count === 1 ? "change" : "changes"}.`;
  if (message.status === "stopped") return `The answer was stopped.${actions}`;
  if (message.status !== "complete") return "The answer failed.";
  return `The assistant answered: ${message.content.slice(0, READ_OUT)}${actions}`;
}
