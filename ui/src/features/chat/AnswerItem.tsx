/**
 * One answer, from its first word to long after: the same component draws it while it is written and when it is settled,
 * so that nothing is parsed twice and nothing jumps.
 */
import { memo, use, useMemo } from "react";
import type { Message } from "../../bindings/Message";
import { blocksOf } from "../../state/blocks";
import { useConversation } from "../../state/conversation";
import type { LiveTurn } from "../../state/turn";
import type { RenderProposal } from "./AssistantPanel";
import { Ending } from "./Ending";
import { LiveTail } from "./LiveTail";
import { MessageFooter } from "./MessageFooter";
import { NearContext } from "./MessageGroup";
import classes from "./MessageList.module.css";
import { Markdown } from "./markdown/Markdown";
import { Reasoning } from "./Reasoning";
import type { ChatActions } from "./useChatActions";

interface Props {
  /** Null while it is being written. */
  message: Message | null;
  /** What it answers, if that can be asked again now. */
  question: string | null;
  /** The newest answer. */
  isLast: boolean;
  actions: ChatActions;
  onClear(): void;
  renderProposal: RenderProposal;
}

/** Draws an answer. */
export const AnswerItem = memo(function AnswerItem(props: Props) {
  const { message } = props;
  const visible = use(NearContext) || message === null;
  const live = useConversation(({ chat }) => (message === null ? chat.live : null));
  return (
    <article
      className={classes.message}
      data-role="assistant"
      data-message-id={message?.id}
      aria-label="Assistant"
      aria-busy={message === null}
    >
      {visible ? (
        <>
          <Words message={message} live={live} />
          {message !== null && <Rest {...props} message={message} />}
          {live !== null && <LiveTail live={live} />}
        </>
      ) : (
        <p className={classes.outOfView}>{message?.content.slice(0, 2000)}</p>
      )}
    </article>
  );
});

/** Thoughts and text. */
function Words({ message, live }: { message: Message | null; live: LiveTurn | null }) {
  const settled = useMemo(() => (message === null ? null : blocksOf(message.content)), [message]);
  const growing = useMemo(() => liveBlocks(live), [live]);
  const reasoning = message?.metadata.reasoning ?? live?.reasoning ?? "";
  const nothing = message?.status === "complete" && message.content.trim() === "" && message.actions.length === 0;
  return (
    <>
      {reasoning !== "" && <Reasoning text={reasoning} thinking={live?.content === ""} />}
      {nothing ? (
        <p className={classes.dimmed}>The model answered with nothing.</p>
      ) : (
        <Markdown blocks={settled ?? growing} growing={message === null} />
      )}
    </>
  );
}

function liveBlocks(live: LiveTurn | null): readonly string[] {
  if (live === null) return [];
  const { done, tail } = live.blocks;
  return tail === "" ? done : [...done, tail];
}

/** How it ended, what it proposes, and what can be done with it. */
function Rest({ message, question, isLast, actions, onClear, renderProposal }: Props & { message: Message }) {
  return (
    <>
      <Ending message={message} question={question} actions={actions} onClear={onClear} />
      {message.actions.length > 0 && renderProposal(message, isLast)}
      <MessageFooter message={message} repeat={question} actions={actions} />
    </>
  );
}
