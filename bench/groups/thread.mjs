/** Opening a conversation of 10,000 messages beside one of 50: in the window, and in the store alone. */
import { row } from "../measure/report.mjs";
import { interleave, progress } from "../measure/rounds.mjs";
import { withWindow } from "../measure/window.mjs";
import { runCore } from "./core.mjs";
import { closeWorkflow, openWorkflow } from "./open.mjs";

const ROUNDS = 10;

export async function thread({ bridge, core, data }) {
  const inWindow = await withWindow(bridge, { data }, async (app) => {
    await app.ready();
    const open = (name) => async () => {
      const time = await openWorkflow(app, name, newestShown);
      await closeWorkflow(app);
      return time;
    };
    progress("once each, not counted: the first one loads code and fonts");
    await open("Conversation of 50")();
    await open("Conversation of 10000")();
    return interleave(ROUNDS, { long: open("Conversation of 10000"), short: open("Conversation of 50") });
  });
  const { newestLong, newestShort, wholeLong } = await runCore(core, "store", data);
  const beside = { unit: "ms", oursIs: "10,000 messages", theirsIs: "50 messages" };
  const each = (times, messages) => times.map((time) => (time / messages) * 1000);
  return [
    row({
      ...beside,
      what: "Opening a conversation: click to newest message shown",
      ours: inWindow.long,
      theirs: inWindow.short,
    }),
    row({ ...beside, what: "Store alone: the newest 50 messages", ours: newestLong, theirs: newestShort }),
    row({
      unit: "ms",
      what: "Store alone: reading all messages, per 1,000",
      ours: each(wholeLong, 10_000),
      theirs: each(newestShort, 50),
      oursIs: "all of 10,000",
      theirsIs: "all of 50",
    }),
  ];
}

/** Runs in the page: whether the last message is there and inside the window. */
function newestShown() {
  const newest = [...document.querySelectorAll("[data-message-id]")].at(-1);
  if (newest === undefined || !newest.textContent.includes("the newest answer")) return false;
  const { top, bottom, height } = newest.getBoundingClientRect();
  return height > 0 && top < innerHeight && bottom > 0;
}
