/** Opening a workflow from the list in Bridge's window, and going back to the list. */

/**
 * Opens the workflow with this name as a click does. Returns the milliseconds from the click to the first frame after
 * the one in which `shown`, a function that runs in the page, returned true.
 */
export async function openWorkflow(app, name, shown = nodesDrawn, ...args) {
  const row = `[data-row][aria-label="${name}"]`;
  await app.until(`“${name}” in the list`, (row) => document.querySelector(row) !== null, row);
  return timeUntil(app, (row) => document.querySelector(row).click(), [row], shown, args);
}

/** Goes back to the list. */
export async function closeWorkflow(app) {
  await app.session.execute(() => document.querySelector('[aria-label="Back to workflows"]').click());
  await app.until("the list of workflows", () => document.querySelector("[data-row]") !== null);
}

/** Milliseconds from `begin` to the first frame after the one in which `shown` is true. Both run in the page. */
export async function timeUntil(app, begin, beginArgs, shown, shownArgs = []) {
  // Put together as text, because the page's security policy lets nobody turn text into a function there.
  const script = `(beginArgs, shownArgs) => {
    window.benchTime = window.benchNodes = undefined;
    const start = performance.now();
    const look = () => {
      // The next frame begins after this one was painted.
      if ((${shown})(...shownArgs)) requestAnimationFrame(() => (window.benchTime = performance.now() - start));
      else requestAnimationFrame(look);
    };
    (${begin})(...beginArgs);
    requestAnimationFrame(look);
  }`;
  await app.session.execute(script, beginArgs, shownArgs);
  return app.until("what was opened", () => window.benchTime);
}

/** Runs in the page: whether the canvas shows nodes, and no more are being added to what it draws. */
export function nodesDrawn() {
  const nodes = document.querySelectorAll(".react-flow__node");
  const settled = nodes.length > 0 && nodes.length === window.benchNodes;
  window.benchNodes = nodes.length;
  return settled && getComputedStyle(nodes[0]).visibility === "visible";
}
