import { describe, expect, it } from "vitest";
import { perFrame } from "./frames";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Keeps the window busy. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe("what is handed on once per frame", () => {
  it("comes in order and whole, and leaves most of the time to the window when it is told to", async () => {
    const taken: number[] = [];
    let calls = 0;
    const frames = perFrame<number>((items) => {
      calls += 1;
      taken.push(...items);
      work(30);
    }, 0.25);
    const start = performance.now();
    let next = 0;
    while (performance.now() - start < 900) {
      frames.push([next, next + 1]);
      next += 2;
      await pause(2);
    }
    const share = (calls * 30) / (performance.now() - start);
    frames.flush();
    expect(taken).toEqual(Array.from({ length: next }, (_, index) => index));
    expect(calls).toBeGreaterThan(2);
    expect(share).toBeLessThan(0.4);
  });

  it("is handed on in the next frame when it takes no time", async () => {
    const taken: string[] = [];
    const frames = perFrame<string>((items) => taken.push(...items), 0.25);
    frames.push(["a"]);
    await pause(60);
    expect(taken).toEqual(["a"]);
    await pause(60);
    frames.push(["b"]);
    await pause(120);
    expect(taken).toEqual(["a", "b"]);
    frames.push(["c"]);
    frames.cancel();
    await pause(120);
    expect(taken).toEqual(["a", "b"]);
  });
});
