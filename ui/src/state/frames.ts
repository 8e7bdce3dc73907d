/** Gathers what arrives and hands it on once per frame, so that a fast stream costs one update per frame. */

/** How long a window that draws no frames, such as a hidden one, waits, in milliseconds. */
const HIDDEN_MS = 250;

/** A gatherer of items. */
export interface Frames<T> {
  push(items: readonly T[]): void;
  /** Hands on what waits, now. */
  flush(): void;
  /** Throws away what waits. */
  cancel(): void;
}

/** Hands everything pushed to `apply`, in order, once per frame. */
export function perFrame<T>(apply: (items: readonly T[]) => void): Frames<T> {
  let waiting: T[] = [];
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const unschedule = () => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = undefined;
    timer = undefined;
  };
  const flush = () => {
    unschedule();
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    apply(items);
  };
  return {
    push(items) {
      for (const item of items) waiting.push(item);
      if (timer !== undefined) return;
      frame = requestAnimationFrame(flush);
      timer = setTimeout(flush, HIDDEN_MS);
    },
    flush,
    cancel() {
      unschedule();
      waiting = [];
    },
  };
}
