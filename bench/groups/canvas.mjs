/** A canvas of 100, 1,000 and 5,000 nodes, beside @xyflow/react with its own nodes and nothing else. */
import { row } from "../measure/report.mjs";
import { interleave } from "../measure/rounds.mjs";
import { withWindow } from "../measure/window.mjs";
import { nodesDrawn, openWorkflow, timeUntil } from "./open.mjs";

const SIZES = [100, 1000, 5000];
/** The bare canvas draws only what is in view from this size on: below it is faster when it draws everything. */
const VISIBLE_ONLY_FROM = 2000;
const ROUNDS = 5;
/** How long the canvas is dragged about, in milliseconds. */
const PAN = 3000;

export async function canvas(subjects) {
  const rows = [];
  for (const size of SIZES) rows.push(...(await canvasOf(size, subjects)));
  return rows;
}

async function canvasOf(size, { bridge, emptyWindow, data, provider }) {
  // What Bridge shows is what the bare page is told to show: the same graph, in the same area, at the same zoom.
  let shown;
  const seen = await interleave(ROUNDS, {
    bridge: () =>
      withWindow(bridge, { data }, async (app) => {
        await app.ready();
        const opened = await openWorkflow(app, `Canvas of ${size}`);
        shown = await app.session.execute(viewOf);
        shown.definition = await definitionOf(app, size);
        shown.visibleOnly = size >= VISIBLE_ONLY_FROM;
        return { opened, ...(await pan(app)) };
      }),
    bare: () =>
      withWindow(emptyWindow, {}, async (app) => {
        await app.goTo(`${provider.url}/canvas.html`);
        await app.until("the bare page", () => typeof window.show === "function");
        const opened = await timeUntil(app, (shown) => window.show(shown), [shown], nodesDrawn);
        return { opened, ...(await pan(app)) };
      }),
  });
  const of = (name, what) => seen[name].map((one) => one[what]);
  const beside = { oursIs: "Bridge", theirsIs: "bare @xyflow/react" };
  const title = `Canvas of ${size.toLocaleString("en")} nodes`;
  const view = `at ${Math.round(shown.zoom * 100)} %, ${seen.bridge[0].drawn} nodes drawn`;
  return [
    row({
      ...beside,
      what: `${title}: opening`,
      unit: "ms",
      ours: of("bridge", "opened"),
      theirs: of("bare", "opened"),
    }),
    row({
      ...beside,
      what: `${title}: panning ${view} (more is better)`,
      unit: "fps",
      ours: of("bridge", "frames"),
      theirs: of("bare", "frames"),
    }),
  ];
}

async function definitionOf(app, size) {
  const workflows = await app.call("list_workflows");
  const { id } = workflows.find(({ name }) => name === `Canvas of ${size}`);
  return (await app.call("open_workflow", { workflow_id: id })).version.definition;
}

/** Drags the canvas about. Returns the frames per second, and how many nodes it draws. */
export async function pan(app) {
  await app.session.execute(() => {
    window.benchFrames = undefined;
  });
  await app.session.execute(startPanning, PAN);
  const frames = await app.until("the end of panning", () => window.benchFrames);
  const drawn = await app.session.execute(() => document.querySelectorAll(".react-flow__node").length);
  return { frames, drawn };
}

/** Runs in the page: the part of the graph that is shown, and how large. */
function viewOf() {
  const matrix = new DOMMatrix(getComputedStyle(document.querySelector(".react-flow__viewport")).transform);
  const { width, height } = document.querySelector(".react-flow").getBoundingClientRect();
  return { x: matrix.e, y: matrix.f, zoom: matrix.a, width, height };
}

/** Runs in the page: one drag along a figure of eight, a step each frame. The frames per second go to `benchFrames`. */
function startPanning(duration) {
  const pane = document.querySelector(".react-flow__pane");
  const { left, top, width, height } = pane.getBoundingClientRect();
  const drag = (type, target, turn) =>
    target.dispatchEvent(
      new MouseEvent(type, {
        view: window,
        bubbles: true,
        cancelable: true,
        button: 0,
        buttons: type === "mouseup" ? 0 : 1,
        clientX: left + width / 2 + Math.sin(turn) * 300,
        clientY: top + height / 2 + Math.sin(2 * turn) * 200,
      }),
    );
  const place = () => document.querySelector(".react-flow__viewport").style.transform;
  const before = place();
  let frames = 0;
  let start;
  const step = (time) => {
    start ??= time;
    if (time - start < duration) {
      drag("mousemove", window, ((time - start) / 1000) * Math.PI);
      frames += 1;
      requestAnimationFrame(step);
      if (frames === 10 && place() === before) throw new Error("the canvas does not follow the mouse");
    } else {
      drag("mousemove", window, 0);
      drag("mouseup", window, 0);
      window.benchFrames = frames / ((time - start) / 1000);
    }
  };
  drag("mousedown", pane, 0);
  requestAnimationFrame(step);
}
