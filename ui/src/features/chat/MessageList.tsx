/** The conversation: follows the newest text unless the user has scrolled up, and stays where it is when older ones come. */
import { Button, Loader } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { Fragment, type ReactNode, type Ref, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Message } from "../../bindings/Message";
import { useConversation } from "../../state/conversation";
import { useNavigation } from "../../state/navigation";
import { askedMessage } from "../../state/turn";
import { ErrorCard } from "../errors/ErrorCard";
import { AnswerItem } from "./AnswerItem";
import type { RenderProposal } from "./AssistantPanel";
import { Greeting } from "./Greeting";
import { groupNumber, MessageGroup } from "./MessageGroup";
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
  const count = useConversation(({ chat }) => chat.messages.length);
  const firstId = useConversation(({ chat }) => chat.messages[0]?.id);
  const live = useConversation(({ chat }) => chat.live !== null);
  const scroller = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => scroller.current as HTMLDivElement);
  const { following, unseen, toNewest } = useFollowNewest(scroller, firstId, count, live);
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
          <Messages actions={actions} onClear={onClear} renderProposal={renderProposal} />
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

type MessagesProps = Omit<Props, "ref">;

/** Settled messages and the running turn, in one list: an answer keeps its place when it settles. */
function Messages({ actions, onClear, renderProposal }: MessagesProps) {
  const messages = useConversation(({ chat }) => chat.messages);
  const live = useConversation(({ chat }) => (chat.live === null ? null : (chat.live.messageId ?? "asking")));
  const asked = useConversation(({ chat }) => chat.live?.request != null);
  const lastAnswer = messages.findLastIndex(({ role }) => role === "assistant");
  const lastQuestion = messages.findLastIndex(({ role }) => role === "user");
  const days = useMemo(() => newDays(messages), [messages]);
  const anchor = useAnchor(messages);
  const shared = { actions, onClear, renderProposal };
  const groups = new Map<number, ReactNode[]>();
  const put = (place: number, item: ReactNode) => {
    const number = groupNumber(place, anchor);
    const group = groups.get(number);
    if (group === undefined) groups.set(number, [item]);
    else group.push(item);
  };
  messages.forEach((message, place) => {
    const repeatable = live === null && place === (message.role === "user" ? lastQuestion : lastAnswer);
    put(
      place,
      <Fragment key={message.id}>
        {days.has(place) && <div className={classes.day}>{dayOf(message.created_at)}</div>}
        {message.role === "assistant" ? (
          <AnswerItem
            message={message}
            question={repeatable ? questionBefore(messages, place) : null}
            isLast={live === null && place === lastAnswer}
            {...shared}
          />
        ) : (
          <MessageItem message={message} repeatable={repeatable} actions={actions} />
        )}
      </Fragment>,
    );
  });
  if (live !== null) {
    put(messages.length, <Asked key="asked" actions={actions} />);
    put(
      messages.length + (asked ? 1 : 0),
      <Fragment key={live}>
        {false}
        <AnswerItem message={null} question={null} isLast={false} {...shared} />
      </Fragment>,
    );
  }
  const newest = Math.max(...groups.keys());
  return [...groups].map(([number, items]) => (
    <MessageGroup key={number} newest={number >= newest - 1}>
      {items}
    </MessageGroup>
  ));
}

/** Place of the message that the numbering of groups began with. */
function useAnchor(messages: readonly Message[]): number {
  const [id, setId] = useState(messages[0]?.id);
  const place = messages.findIndex((message) => message.id === id);
  const first = messages[0]?.id;
  if (place === -1 && first !== undefined) setId(first);
  return Math.max(0, place);
}

/** What the user has asked, until the history holds it. */
function Asked({ actions }: { actions: ChatActions }) {
  const text = useConversation(({ chat }) => chat.live?.request ?? null);
  const at = useConversation(({ chat }) => chat.live?.sentAt ?? "");
  const message = useMemo(() => (text === null ? null : askedMessage(text, at)), [text, at]);
  return message === null ? null : <MessageItem message={message} repeatable={false} actions={actions} />;
}

/** Places of the messages with which a new day begins, the first message aside. */
function newDays(messages: readonly Message[]): ReadonlySet<number> {
  const places = new Set<number>();
  let before: number | undefined;
  messages.forEach(({ created_at }, place) => {
    const day = new Date(created_at).setHours(0, 0, 0, 0);
    if (before !== undefined && day !== before) places.add(place);
    before = day;
  });
  return places;
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
  const [busy, setBusy] = useState(false);
  if (!hasMore) return null;
  const load = () => {
    setBusy(true);
    void loadOlder().finally(() => setBusy(false));
  };
  return (
    <Button size="compact-xs" variant="subtle" color="gray" loading={busy} onClick={load}>
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
