/** Gathers what arrives and hands it on once per frame, so that a fast stream costs one update per frame. */

/** How long a window that draws no frames, such as a hidden one, waits, in milliseconds. */
const HIDDEN_MS = 250;
/** The longest pause after something was handed on, in milliseconds. */
const MOST_PAUSE_MS = 250;

/** A gatherer of items. */
export interface Frames<T> {
  push(items: readonly T[]): void;
  /** Hands on what waits, now. */
  flush(): void;
  /** Throws away what waits. */
  cancel(): void;
}

/**
 * Hands everything pushed to `apply`, in order, once per frame. `share` is how much of the time applying and drawing may
 * take: with less than 1, what was handed on is followed by a pause that is as much longer as it took, so that a window
 * that can hardly keep up still follows the pointer.
 */
export function perFrame<T>(apply: (items: readonly T[]) => void, share = 1): Frames<T> {
  let waiting: T[] = [];
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What was handed on last is being drawn, or the pause after it is not over. */
  let pausing = false;

  const unschedule = () => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = undefined;
    timer = undefined;
  };
  const schedule = () => {
    if (timer !== undefined || pausing || waiting.length === 0) return;
    frame = requestAnimationFrame(flush);
    timer = setTimeout(flush, HIDDEN_MS);
  };
  const pauseAfter = (began: number) => {
    pausing = true;
    afterPaint(() => {
      const took = performance.now() - began;
      const pause = Math.min(MOST_PAUSE_MS, took * (1 / share - 1));
      setTimeout(() => {
        pausing = false;
        schedule();
      }, pause);
    });
  };
  const flush = () => {
    unschedule();
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    const began = performance.now();
    apply(items);
    if (share < 1) pauseAfter(began);
  };
  return {
    push(items) {
      for (const item of items) waiting.push(item);
      schedule();
    },
    flush,
    cancel() {
      unschedule();
      waiting = [];
    },
  };
}

/** Does something once the frame that is being made is painted. */
function afterPaint(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(null);
}
