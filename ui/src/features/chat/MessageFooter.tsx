/** Below a message: when, how many changes, and what can be done with it. Always there, so that nothing jumps. */

import { CopyButton } from "@mantine/core";
import { IconCheck, IconCopy, IconPencil, IconRefresh } from "@tabler/icons-react";
import type { Message } from "../../bindings/Message";
import { IconAction } from "../../components/IconAction";
import { MessageDetails } from "./MessageDetails";
import classes from "./MessageList.module.css";
import { clockOf, wholeTimeOf } from "./times";
import type { ChatActions } from "./useChatActions";

interface Props {
  message: Message;
  /** The question that can be asked again from here; null when it cannot. */
  repeat: string | null;
  actions: ChatActions;
}

/** Time, count and actions. */
export function MessageFooter({ message, repeat, actions }: Props) {
  const { role, content } = message;
  const changes = message.actions.length;
  return (
    <div className={classes.footer}>
      <time dateTime={message.created_at} title={wholeTimeOf(message.created_at)}>
        {clockOf(message.created_at)}
      </time>
      {changes > 0 && <span>{changes === 1 ? "1 suggested change" : `${changes} suggested changes`}</span>}
      <div className={classes.footerActions}>
        <Copy text={content} />
        {role === "user" && repeat !== null && (
          <IconAction label="Edit and send again" size={22} onClick={() => actions.fill(repeat)}>
            <IconPencil size={14} />
          </IconAction>
        )}
        {role === "assistant" && repeat !== null && (
          <IconAction label="Ask again for another answer" size={22} onClick={() => actions.ask(repeat)}>
            <IconRefresh size={14} />
          </IconAction>
        )}
        {role === "assistant" && <MessageDetails message={message} />}
      </div>
    </div>
  );
}

function Copy({ text }: { text: string }) {
  return (
    <CopyButton value={text} timeout={1500}>
      {({ copied, copy }) => (
        <IconAction label={copied ? "Copied" : "Copy message"} size={22} onClick={copy}>
          {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        </IconAction>
      )}
    </CopyButton>
  );
}
