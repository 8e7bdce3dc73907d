/** What only the real window can prove about the canvas: its clipboard, its dragging and its keys. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { newHome, start } from "./support/app.mjs";
import { Key } from "./support/webdriver.mjs";

const F2 = "\uE032";
const ARROW_RIGHT = "\uE014";

test("nodes are dragged, pulled out of an output, undone and redone by keyboard", async (t) => {
  const app = await openBuilt(t);
  await app.picture("canvas-built");

  await app.session.press(Key.Control, "z");
  await app.showsNodes(["Webhook"]);
  await app.session.press(Key.Control, Key.Shift, "z");
  await app.showsNodes(["HTTP request", "Webhook"]);

  // Ctrl+A and Delete take everything, one undo brings it back.
  await app.session.press(Key.Control, "a");
  await app.session.press(Key.Delete);
  await app.showsNodes([]);
  await app.session.press(Key.Control, "z");
  await app.showsNodes(["HTTP request", "Webhook"]);
  await edges(app, 1);
});

test("nodes are copied, cut and pasted between workflows; text stays text", async (t) => {
  const app = await openBuilt(t);
  const { session } = app;
  await session.press(Key.Control, "a");
  await session.press(Key.Control, "c");
  await session.press(Key.Control, "v");
  await app.showsNodes(["HTTP request", "HTTP request 2", "Webhook", "Webhook 2"]);
  await edges(app, 2);

  const field = await app.find("textbox", "Message to the assistant");
  await session.click(field);
  await session.press(Key.Control, "v");
  const written = () => session.execute((element) => element.value, field);
  assert.match(await written(), /^\{"type":"bridge\/nodes"/);
  await session.press(Key.Control, "a");
  await session.press(Key.Control, "x");
  assert.equal(await written(), "");
  await app.showsNodes(["HTTP request", "HTTP request 2", "Webhook", "Webhook 2"]);

  await session.press(Key.Control, "n");
  await app.shows("Start with a trigger");
  await toCanvas(app);
  await session.press(Key.Control, "v");
  await app.showsNodes(["HTTP request", "Webhook"]);
  await edges(app, 1);
  await session.press(Key.Control, "x");
  await app.showsNodes([]);
  await session.press(Key.Control, "v");
  await app.showsNodes(["HTTP request", "Webhook"]);

  await session.click(await app.find("textbox", "Message to the assistant"));
  await write(app, "hello");
  await session.press(Key.Control, "a");
  await session.press(Key.Control, "c");
  await toCanvas(app);
  await session.press(Key.Control, "v");
  await app.shows("The clipboard holds no nodes.");
  await app.showsNodes(["HTTP request", "Webhook"]);
});

test("a node is found, moved, renamed and set without the mouse", async (t) => {
  const app = await openBuilt(t);
  const { session } = app;
  await session.press(Key.Escape);
  await toCanvas(app);
  await session.press(Key.Tab);
  await session.press(Key.Tab);
  const before = await app.session.execute(leftOf, "HTTP request");
  await session.press(ARROW_RIGHT);
  await session.press(ARROW_RIGHT);
  const moved = `(label, wanted) => (${leftOf})(label) === wanted`;
  await app.until("the node two steps to the right", moved, 5000, "HTTP request", before + 20);

  await session.press(F2);
  await app.until("the name's cursor", () => document.activeElement?.dataset.role === "label");
  await write(app, "Ask");
  await session.press(Key.Enter);
  await app.showsNodes(["Ask", "Webhook"]);

  // The cursor stays in a field that becomes an expression while it is typed.
  await session.click(await app.find("textbox", "https://"));
  await write(app, "=");
  await app.until("the editor of expressions", () => document.activeElement?.classList.contains("cm-content"));
  await write(app, "{{ $json.url }}");
  await app.until("the whole expression", () => document.activeElement?.textContent.endsWith("{{ $json.url }}"));
  // The first closes what is suggested.
  await session.press(Key.Escape);
  if (await session.execute(() => document.activeElement?.ariaLabel !== "Canvas")) await session.press(Key.Escape);
  await app.until("the keyboard back on the canvas", () => document.activeElement?.ariaLabel === "Canvas");
  const [workflow] = await app.call("list_workflows");
  const { version } = await app.call("open_workflow", { workflow_id: workflow.id });
  const kept = version.definition.nodes.map(({ data }) => data.config.url).filter((url) => url !== undefined);
  assert.deepEqual(kept, ["={{ $json.url }}"]);
});

/** An open workflow of two connected nodes, made with the mouse. */
async function openBuilt(t) {
  const app = await start(t, await newHome(t));
  const { session } = app;
  await app.newWorkflow();
  const canvas = await boxOf(app, "[aria-label=Canvas]");
  const entry = await session.execute(() => {
    const option = [...document.querySelectorAll("nav [role=option]")].find((one) =>
      one.innerText.startsWith("Webhook"),
    );
    const { x, y } = option.getBoundingClientRect();
    return { x: x + 60, y: y + 16 };
  });
  await session.drag(entry, { x: canvas.x + canvas.width / 3, y: canvas.y + canvas.height / 3 });
  await app.showsNodes(["Webhook"]);
  await session.press(Key.Escape);
  await app.until("the form to close", () => !document.querySelector("[aria-label='Node settings']"));

  const output = await boxOf(app, ".react-flow__handle.source");
  const from = { x: output.x + output.width / 2, y: output.y + output.height / 2 };
  await session.drag(from, { x: from.x + 60, y: from.y + 140 });
  await app.until("the quick add", () => document.activeElement?.closest("[role=dialog]"));
  await write(app, "http");
  await session.press(Key.Enter);
  await app.until("the form of the new node", () => document.querySelector("[aria-label='Node settings']"));
  await toCanvas(app);
  await session.press(Key.Escape);
  await session.press("1");
  await app.showsNodes(["HTTP request", "Webhook"]);
  await edges(app, 1);
  return app;
}

/** Types where the cursor is. */
async function write(app, text) {
  for (const character of text) await app.session.press(character);
}

/** Gives the keyboard to the canvas. */
function toCanvas(app) {
  return app.session.execute(() => document.querySelector("[aria-label=Canvas]").focus());
}

/** Where an element is on the page, once it has stood still for a moment. */
async function boxOf(app, selector) {
  const read = (selector) => document.querySelector(selector)?.getBoundingClientRect().toJSON();
  for (let last; ; await pause(100)) {
    const box = await app.until(selector, read, 5000, selector);
    if (JSON.stringify(box) === JSON.stringify(last)) return box;
    last = box;
  }
}

/** Runs in the page: how far to the right a node stands, in canvas units. */
function leftOf(label) {
  const nodes = [...document.querySelectorAll(".react-flow__node")];
  const { transform } = nodes.find((node) => node.querySelector("bdi").innerText === label).style;
  return Number.parseFloat(transform.slice("translate(".length));
}

/** Waits until this many connections are drawn. */
function edges(app, count) {
  const drawn = (count) => document.querySelectorAll(".react-flow__edge").length === count;
  return app.until(`${count} connections`, drawn, 5000, count);
}
