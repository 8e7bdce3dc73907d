/** The conversation: follows the newest text unless the user has scrolled up, and stays where it is when older ones come. */
import { Button, Loader } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { Fragment, type Ref, useImperativeHandle, useRef } from "react";
import type { Message } from "../../bindings/Message";
import { useConversation } from "../../state/conversation";
import { useNavigation } from "../../state/navigation";
import { ErrorCard } from "../errors/ErrorCard";
import type { RenderProposal } from "./AssistantPanel";
import { Greeting } from "./Greeting";
import { LiveAnswer } from "./LiveAnswer";
import { MessageItem } from "./MessageItem";
import classes from "./MessageList.module.css";
import { useRemedies } from "./remedies";
import { dayOf } from "./times";
import type { ChatActions } from "./useChatActions";
import { useFollowNewest } from "./useFollowNewest";

interface Props {
  ref: Ref<HTMLDivElement>;
  actions: ChatActions;
  onClear(): void;
  renderProposal: RenderProposal;
}

/** Every loaded message, the one being written, and what went wrong with the last request. */
export function MessageList({ ref, actions, onClear, renderProposal }: Props) {
  const phase = useConversation(({ chat }) => chat.phase);
  const messages = useConversation(({ chat }) => chat.messages);
  const live = useConversation(({ chat }) => chat.live !== null);
  const scroller = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => scroller.current as HTMLDivElement);
  const { following, unseen, toNewest } = useFollowNewest(scroller, messages[0]?.id, messages.length, live);
  return (
    <div className={classes.area}>
      <div
        ref={scroller}
        className={classes.scroller}
        role="log"
        aria-live="off"
        aria-label="Conversation"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
        tabIndex={0}
      >
        <div className={classes.content}>
          <Older />
          {phase === "ready" && <Greeting />}
          {phase === "loading" && (
            <Loader size="sm" className={classes.loading} aria-label="Reading the conversation" />
          )}
          <LoadError />
          <Messages
            messages={messages}
            live={live}
            actions={actions}
            onClear={onClear}
            renderProposal={renderProposal}
          />
          {live && <LiveAnswer />}
          <Refusal actions={actions} onClear={onClear} />
        </div>
      </div>
      {!following && (
        <Button
          className={classes.newest}
          size="compact-xs"
          variant={unseen ? "filled" : "default"}
          leftSection={<IconArrowDown size={12} />}
          onClick={toNewest}
        >
          {unseen ? "New messages" : "Newest"}
        </Button>
      )}
    </div>
  );
}

interface MessagesProps extends Omit<Props, "ref"> {
  messages: readonly Message[];
  live: boolean;
}

function Messages({ messages, live, actions, onClear, renderProposal }: MessagesProps) {
  const lastAnswer = messages.findLastIndex(({ role }) => role === "assistant");
  const lastQuestion = messages.findLastIndex(({ role }) => role === "user");
  return messages.map((message, place) => {
    const day = dayOf(message.created_at);
    const newDay = place > 0 && day !== dayOf(messages[place - 1]?.created_at ?? "");
    const isLast = place === (message.role === "user" ? lastQuestion : lastAnswer);
    return (
      <Fragment key={message.id}>
        {newDay && <div className={classes.day}>{day}</div>}
        <MessageItem
          message={message}
          question={message.role === "assistant" ? questionBefore(messages, place) : null}
          isLast={isLast}
          settled={!live}
          near={messages.length - place <= 12}
          actions={actions}
          onClear={onClear}
          renderProposal={renderProposal}
        />
      </Fragment>
    );
  });
}

/** What an answer answers; null when it is not loaded. A few steps back at most: notes may lie between. */
function questionBefore(messages: readonly Message[], place: number): string | null {
  for (let before = place - 1; before >= 0 && before > place - 8; before -= 1) {
    if (messages[before]?.role === "user") return messages[before]?.content ?? null;
  }
  return null;
}

function Older() {
  const hasMore = useConversation(({ chat }) => chat.hasMore);
  const loadOlder = useConversation((state) => state.loadOlder);
  if (!hasMore) return null;
  return (
    <Button size="compact-xs" variant="subtle" color="gray" onClick={() => void loadOlder()}>
      Load older messages
    </Button>
  );
}

function LoadError() {
  const error = useConversation(({ chat }) => chat.loadError);
  const reload = useConversation((state) => state.reload);
  if (error === null) return null;
  const again = () => void reload();
  return <ErrorCard error={error} remedies={{ retry: again, look_again: again }} />;
}

/** The last request was refused before anything was kept. What was typed is back in the text field. */
function Refusal({ actions, onClear }: { actions: ChatActions; onClear(): void }) {
  const refusal = useConversation(({ chat }) => chat.refusal);
  const openSettings = useNavigation((state) => state.openSettings);
  const remedies = useRemedies({
    question: refusal?.text ?? null,
    provider: undefined,
    actions,
    onClear,
    openSettings,
  });
  return refusal === null ? null : <ErrorCard error={refusal.error} remedies={remedies} />;
}
