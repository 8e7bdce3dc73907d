/** Whether an element has come near the window: what is far away is drawn cheaply. */
import { type RefObject, useEffect, useState } from "react";

const arrivals = new WeakMap<Element, () => void>();

/** One observer for all messages. */
let shared: IntersectionObserver | undefined;

function observer(): IntersectionObserver {
  shared ??= new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) arrivals.get(target)?.();
    },
    { rootMargin: "1000px 0px" },
  );
  return shared;
}

/** True from the start with `near`, and otherwise as soon as the element comes near; it never goes back. */
export function useNear(element: RefObject<Element | null>, near: boolean): boolean {
  const [arrived, setArrived] = useState(near);
  useEffect(() => {
    const target = element.current;
    if (arrived || target === null) return;
    arrivals.set(target, () => setArrived(true));
    observer().observe(target);
    return () => {
      arrivals.delete(target);
      observer().unobserve(target);
    };
  }, [arrived, element]);
  return arrived || near;
}
