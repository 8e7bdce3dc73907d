/** Search within the conversation. */
import { TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, type RefObject, useDeferredValue, useEffect, useMemo, useState } from "react";
import type { MessageId } from "../../bindings/MessageId";
import { IconAction } from "../../components/IconAction";
import { useConversation } from "../../state/conversation";
import classes from "./AssistantPanel.module.css";
import { focusComposer } from "./focus";

interface Props {
  list: RefObject<HTMLDivElement | null>;
  onClose(): void;
}

/** Finds messages that hold a text, the newest first, and brings them into view. */
export function SearchBar({ list, onClose }: Props) {
  const [text, setText] = useState("");
  const { found, hasMore } = useFound(useDeferredValue(text));
  const loadOlder = useConversation((state) => state.loadOlder);
  const [place, setPlace] = useState(0);
  const current = found[Math.min(place, found.length - 1)];
  useMark(list, current);
  const move = (by: number) =>
    found.length > 0 && setPlace((Math.min(place, found.length - 1) + by + found.length) % found.length);
  const close = () => {
    onClose();
    focusComposer();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      move(event.shiftKey ? -1 : 1);
    }
  };
  const count =
    text === "" ? "" : `${found.length === 0 ? 0 : Math.min(place, found.length - 1) + 1} of ${found.length}`;
  return (
    <search className={classes.search} onKeyDown={onKeyDown}>
      <TextInput
        className={classes.grow}
        size="xs"
        autoFocus
        aria-label="Search this conversation"
        placeholder="Search this conversation"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setPlace(0);
        }}
      />
      <span className={classes.searchCount} aria-live="polite">
        {count}
      </span>
      {text !== "" && found.length === 0 && hasMore && (
        <IconAction label="Search older messages too" size={24} onClick={() => void loadOlder()}>
          <IconChevronUp size={14} />
        </IconAction>
      )}
      <IconAction label="Older" keys="Enter" size={24} disabled={found.length === 0} onClick={() => move(1)}>
        <IconChevronUp size={14} />
      </IconAction>
      <IconAction label="Newer" keys="Shift+Enter" size={24} disabled={found.length === 0} onClick={() => move(-1)}>
        <IconChevronDown size={14} />
      </IconAction>
      <IconAction label="Close the search" keys="Escape" size={24} onClick={close}>
        <IconX size={14} />
      </IconAction>
    </search>
  );
}

function useFound(text: string): { found: MessageId[]; hasMore: boolean } {
  const messages = useConversation(({ chat }) => chat.messages);
  const hasMore = useConversation(({ chat }) => chat.hasMore);
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return [];
    const holds = messages.filter(
      ({ content, actions }) =>
        content.toLowerCase().includes(wanted) || actions.some(({ title }) => title.toLowerCase().includes(wanted)),
    );
    return holds.map(({ id }) => id).reverse();
  }, [messages, text]);
  return { found, hasMore };
}

/** Marks the found message and brings it into view. */
function useMark(list: RefObject<HTMLDivElement | null>, id: MessageId | undefined): void {
  useEffect(() => {
    if (id === undefined) return;
    const message = list.current?.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
    if (!message) return;
    message.setAttribute("data-found", "");
    message.scrollIntoView({ block: "center" });
    // What was far away is drawn when it comes near, and may be higher or lower then.
    const timer = setTimeout(() => message.scrollIntoView({ block: "center" }), 120);
    return () => {
      clearTimeout(timer);
      message.removeAttribute("data-found");
    };
  }, [list, id]);
}
