/** Doing something when it is asked for, at once the first time, and not more often than so often. */

/** A paced action. */
export interface Paced {
  /** Does it now, or as soon as it may be done again: asked many times, it is done once. */
  ask(): void;
  /** Forgets what was asked. */
  cancel(): void;
}

/** Does `run` at most once in so many milliseconds, and never a second time before the first has settled. */
export function paced(milliseconds: number, run: () => Promise<unknown> | undefined): Paced {
  let asked = false;
  let busy = false;
  let ended = false;
  const begin = async () => {
    busy = true;
    asked = false;
    const pause = new Promise((resolve) => setTimeout(resolve, milliseconds));
    try {
      await run();
    } finally {
      await pause;
      busy = false;
      if (asked && !ended) void begin();
    }
  };
  return {
    ask() {
      asked = true;
      if (!busy && !ended) void begin();
    },
    cancel() {
      ended = true;
    },
  };
}
