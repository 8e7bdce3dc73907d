/** A workflow of 500 nodes while it runs, round after round: frames per second beside the same canvas at rest. */
import { row } from "../measure/report.mjs";
import { interleave } from "../measure/rounds.mjs";
import { withWindow } from "../measure/window.mjs";
import { pan } from "./canvas.mjs";
import { openWorkflow } from "./open.mjs";

const NODES = 500;
const NAME = `Loop of ${NODES} nodes`;
/** Rounds of the loop: more than fit into the time they are looked at, fewer than the cap on steps of a run allows. */
const LOOP_ROUNDS = 390;
const ROUNDS = 5;
/** How the canvas is looked at: with the button that makes it so. */
const VIEWS = { "as it opens": null, "all of it in view": "Fit the workflow" };

export async function live({ bridge }) {
  const rows = [];
  for (const [view, button] of Object.entries(VIEWS)) {
    const { bridge: seen } = await interleave(ROUNDS, {
      bridge: () => withWindow(bridge, {}, (app) => measure(app, button)),
    });
    const steps = Math.round(seen.reduce((sum, one) => sum + one.stepsPerSecond, 0) / seen.length);
    rows.push(
      row({
        what: `Canvas of ${NODES} nodes, ${view}: panning while it runs (more is better)`,
        unit: "fps",
        ours: seen.map((one) => one.running),
        theirs: seen.map((one) => one.rest),
        oursIs: `running, ${steps.toLocaleString("en")} steps/s`,
        theirsIs: "at rest",
      }),
    );
  }
  return rows;
}

async function measure(app, button) {
  await app.ready();
  await app.session.executeAsync(makeWorkflow, NAME, NODES, LOOP_ROUNDS);
  await openWorkflow(app, NAME);
  // The panel is open in both cases, so that the canvas is as large.
  await press(app, "Open the run panel");
  if (button !== null) await press(app, button);
  const { frames: rest } = await pan(app);
  await press(app, "Run");
  await app.until("the second round", stepsShown, NODES);
  const before = await app.session.execute(stepsShown, 0);
  const start = performance.now();
  const { frames: running } = await pan(app);
  const after = await app.session.execute(stepsShown, 0);
  const stepsPerSecond = ((after - before) * 1000) / (performance.now() - start);
  if (await app.session.execute(hasEnded)) throw new Error("the run ended before it was measured");
  return { rest, running, stepsPerSecond };
}

/** Clicks the button with this name. */
async function press(app, name) {
  await app.until(`the button “${name}”`, clickButton, name);
}

/** Runs in the page: a loop through all nodes, with items for so many rounds pinned in front of it. */
async function makeWorkflow(name, nodes, rounds) {
  const call = (command, args) => window.__TAURI_INTERNALS__.invoke(command, args);
  const { id: workflow_id } = await call("create_workflow", { name, description: "" });
  const id = (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
  const kinds = [
    ["manual", "start"],
    ["no_op", "pass"],
    ["loop", "over_items"],
  ];
  const columns = 25;
  const actions = [];
  for (let index = 0; index < nodes; index += 1) {
    const [connector_id, action_id] = kinds[index] ?? ["no_op", "pass"];
    const position = { x: 300 * (index % columns), y: 140 * Math.floor(index / columns) };
    const config = connector_id === "loop" ? { batch_size: 1 } : {};
    actions.push({ type: "add_node", id: id(index), connector_id, action_id, label: `Step ${index}`, position, config });
  }
  for (let index = 0; index + 1 < nodes; index += 1) {
    const source_handle = index === 2 ? { source_handle: "loop" } : {};
    actions.push({ type: "add_edge", source: id(index), target: id(index + 1), ...source_handle });
  }
  actions.push({ type: "add_edge", source: id(nodes - 1), target: id(2) });
  await call("edit_workflow", { request: { workflow_id, base_version: 1, actions } });
  const items = Array.from({ length: rounds }, (_, round) => ({ json: { round } }));
  await call("pin_output", { workflow_id, node_id: id(1), items });
}

/** Runs in the page. */
function clickButton(name) {
  const named = (button) => (button.getAttribute("aria-label") ?? button.textContent.trim()) === name;
  const button = [...document.querySelectorAll("button:not([disabled])")].find(named);
  button?.click();
  return button !== undefined;
}

/** Runs in the page: how many steps the panel counts, when there are more than `least`. */
function stepsShown(least) {
  const counted = /([\d,]+) steps?\b/.exec(document.querySelector("#run-panel")?.textContent ?? "")?.[1];
  const steps = Number((counted ?? "0").replaceAll(",", ""));
  return steps > least ? steps : 0;
}

/** Runs in the page: whether the run has come to its end. */
function hasEnded() {
  return !/Running/.test(document.querySelector("#run-panel")?.textContent ?? "");
}
