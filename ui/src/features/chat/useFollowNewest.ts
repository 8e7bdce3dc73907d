/** Keeps a growing list at its end, unless the user has scrolled up. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** How close to the end counts as being there, in CSS pixels. */
const NEAR = 48;

/**
 * Follows the newest text in `scroller`. `firstId` changes when older messages are put in front: then what the user
 * looks at stays where it is. `count` grows with new messages, and a question of one's own (`live` begins) is always shown.
 */
export function useFollowNewest(
  scroller: RefObject<HTMLDivElement | null>,
  firstId: string | undefined,
  count: number,
  live: boolean,
) {
  const [following, setFollowing] = useState(true);
  const [unseen, setUnseen] = useState(false);
  const follow = useRef(true);
  const height = useRef(0);

  const toNewest = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    follow.current = true;
    setFollowing(true);
    setUnseen(false);
    element.scrollTop = element.scrollHeight;
  }, [scroller]);

  // Follow whatever changes the height: text, pictures, an opened detail, a resized panel.
  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const observer = new ResizeObserver(() => {
      if (follow.current) element.scrollTop = element.scrollHeight;
      height.current = element.scrollHeight;
    });
    observer.observe(content);
    observer.observe(element);
    const onScroll = () => {
      // A change of height scrolls as well; only the user's own scrolling says where to stay.
      if (element.scrollHeight !== height.current && follow.current) return;
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      follow.current = near;
      setFollowing(near);
      if (near) setUnseen(false);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [scroller]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when older messages were put in front
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || follow.current || height.current === 0) return;
    element.scrollTop += element.scrollHeight - height.current;
    height.current = element.scrollHeight;
  }, [firstId]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when a message was added
  useEffect(() => {
    if (!follow.current) setUnseen(true);
  }, [count]);

  useEffect(() => {
    if (live) toNewest();
  }, [live, toNewest]);

  return { following, unseen, toNewest };
}
