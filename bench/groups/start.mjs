/** Cold start to the first paint, beside an empty Tauri window. */
import { row } from "../measure/report.mjs";
import { interleave } from "../measure/rounds.mjs";
import { withWindow } from "../measure/window.mjs";

const ROUNDS = 10;

export async function start({ bridge, emptyWindow }) {
  const times = await interleave(ROUNDS, {
    bridge: () => firstPaint(bridge),
    empty: () => firstPaint(emptyWindow),
  });
  return [
    row({
      what: "Cold start: from the process's start to the first contentful paint",
      unit: "ms",
      ours: times.bridge,
      theirs: times.empty,
      oursIs: "Bridge, a new user's first start",
      theirsIs: "empty Tauri window",
    }),
  ];
}

/** Milliseconds from the start of the process to the page's first contentful paint, by the page's own account. */
function firstPaint(program) {
  return withWindow(program, {}, async (app) => {
    const painted = await app.until("the first paint", () => {
      const [paint] = performance.getEntriesByName("first-contentful-paint");
      return paint && performance.timeOrigin + paint.startTime;
    });
    return painted - app.startedAt;
  });
}
