/** What the tests of the list and the canvas do and ask. */

/** A node on the canvas, by its label. */
export const node = (page, label) => page.locator(".react-flow__node").filter({ hasText: label }).first();

/** What the interface holds of the open workflow. */
export function editor(page) {
  return page.evaluate(() => {
    const { graph, truth, waiting, workflow, blocked } = window.__stores.useEditor.getState();
    const read = ({ nodes, edges }) => ({ nodes: [...nodes.values()], edges: [...edges.values()] });
    return {
      graph: read(graph),
      truth: read(truth),
      waiting,
      version: workflow?.active_version,
      blocked: blocked?.code,
    };
  });
}

/** What is selected. */
export function selection(page) {
  return page.evaluate(() => {
    const { nodes, edges, inspected } = window.__stores.useSelection.getState();
    return { nodes: [...nodes], edges: [...edges], inspected };
  });
}

/** Waits until everything is stored. */
export const stored = (page) => page.waitForFunction(() => window.__stores.useEditor.getState().waiting === 0);

/** Makes the next calls of a command fail. */
export function fail(page, command, code, times = 1) {
  const error = { code, message: `It is ${code}.`, hint: "", retryable: true, problems: [] };
  return page.evaluate(([name, what, count]) => window.__twin.fail(name, what, count), [command, error, times]);
}

/** Gives the keyboard to the canvas. */
export async function focusCanvas(page) {
  await page.getByRole("region", { name: "Canvas" }).focus();
}

/** The middle of an element, in window pixels. */
export async function middle(locator) {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Drags with the mouse from one point to another. */
export async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 20 });
  await page.mouse.move(to.x, to.y, { steps: 20 });
  await page.mouse.up();
}

/** Puts text on the clipboard and pastes it where the keyboard is. */
export function pasteText(page, text) {
  return page.evaluate((plain) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", plain);
    document.activeElement.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
    );
  }, text);
}

/** Copies or cuts, and returns what would be on the clipboard. */
export function copied(page, kind = "copy") {
  return page.evaluate((type) => {
    const clipboardData = new DataTransfer();
    document.activeElement.dispatchEvent(new ClipboardEvent(type, { clipboardData, bubbles: true, cancelable: true }));
    return clipboardData.getData("text/plain");
  }, kind);
}
