/** Memory of all processes of the window, beside an empty Tauri window. */
import { setTimeout as pause } from "node:timers/promises";
import { treeMemory } from "../measure/memory.mjs";
import { row } from "../measure/report.mjs";
import { interleave } from "../measure/rounds.mjs";
import { withWindow } from "../measure/window.mjs";
import { openWorkflow } from "./open.mjs";

const ROUNDS = 5;
/** After this, what starting takes has been given back, in milliseconds. */
const REST = 3000;

export async function memory({ bridge, emptyWindow, data }) {
  const sizes = await interleave(ROUNDS, {
    empty: () => withWindow(emptyWindow, {}, idle),
    idle: () => withWindow(bridge, {}, idle),
    canvas: () => withWindow(bridge, { data }, withCanvas),
  });
  const beside = { unit: "MB", theirs: sizes.empty, theirsIs: "empty Tauri window, idle" };
  return [
    row({
      ...beside,
      what: "Memory (PSS of all processes), idle",
      ours: sizes.idle,
      oursIs: "Bridge, no workflow yet",
    }),
    row({ ...beside, what: "Memory (PSS of all processes)", ours: sizes.canvas, oursIs: "Bridge, 500 nodes open" }),
  ];
}

async function idle(app) {
  await app.ready();
  await pause(REST);
  return treeMemory(app.pid);
}

async function withCanvas(app) {
  await app.ready();
  await openWorkflow(app, "Canvas of 500");
  await pause(REST);
  return treeMemory(app.pid);
}
