/** One message that is no answer: what the user said, and what the application says. */
import { IconCheck, IconInfoCircle, IconX } from "@tabler/icons-react";
import { memo, use, useMemo } from "react";
import type { Message } from "../../bindings/Message";
import { blocksOf } from "../../state/blocks";
import { MessageFooter } from "./MessageFooter";
import { NearContext } from "./MessageGroup";
import classes from "./MessageList.module.css";
import { Markdown } from "./markdown/Markdown";
import type { ChatActions } from "./useChatActions";

interface Props {
  message: Message;
  /** The user's newest message, while no answer is being written. */
  repeatable: boolean;
  actions: ChatActions;
}

/** Draws a message by who wrote it. */
export const MessageItem = memo(function MessageItem({ message, repeatable, actions }: Props) {
  const visible = use(NearContext);
  const user = message.role === "user";
  return (
    <article
      className={classes.message}
      data-role={message.role}
      data-message-id={message.id}
      aria-label={user ? "You" : "Bridge"}
    >
      {!visible && <p className={classes.outOfView}>{message.content.slice(0, 2000)}</p>}
      {visible && user && <div className={classes.bubble}>{message.content}</div>}
      {visible && user && (
        <MessageFooter message={message} repeat={repeatable ? message.content : null} actions={actions} />
      )}
      {visible && !user && <Note message={message} />}
    </article>
  );
});

/** What was applied or rejected. */
function Note({ message }: { message: Message }) {
  const blocks = useMemo(() => blocksOf(message.content), [message.content]);
  const Icon = message.content.startsWith("Reject") ? IconX : message.metadata.about ? IconCheck : IconInfoCircle;
  return (
    <div className={classes.note}>
      <Icon size={14} className={classes.noteIcon} aria-hidden />
      <Markdown blocks={blocks} />
    </div>
  );
}
