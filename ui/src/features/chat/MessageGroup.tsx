/**
 * Messages in groups: a group that is far from the window costs the browser one box and React a few lines of text. With
 * 10,000 messages that is what keeps typing quick.
 */
import { createContext, type ReactNode, useRef } from "react";
import classes from "./MessageList.module.css";
import { useNear } from "./useNear";

/** Messages in a group. */
const SIZE = 50;

/** Whether the messages below are near the window and drawn whole. */
export const NearContext = createContext(true);

interface Props {
  /** The newest groups are drawn at once, not only when they come into view. */
  newest: boolean;
  children: ReactNode;
}

/** A group of messages. */
export function MessageGroup({ newest, children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const near = useNear(root, newest);
  return (
    <NearContext value={near}>
      <div ref={root} className={classes.group} data-newest={newest || undefined}>
        {children}
      </div>
    </NearContext>
  );
}

/**
 * Numbers the groups so that a message never changes its group: neither when older messages are put in front, nor when
 * new ones are added. `anchor` is the message that numbering began with.
 */
export function groupNumber(place: number, anchor: number): number {
  return Math.floor((place - anchor) / SIZE);
}
