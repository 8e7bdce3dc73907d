/** How nodes are run: the settings of a node, its error output, and switching nodes off. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, script, send, settled, startBrowser } from "./support/assistant.mjs";
import { copied, drag, editor, focusCanvas, middle, node, pasteText, stored } from "./support/editor.mjs";
import { failNext, giveMany, openRunnable, runIs, runNow } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const inspector = (page) => page.getByRole("complementary", { name: "Node settings" });
const form = (page) => inspector(page).locator("[data-role=settings]");

/** The settings of a node, without the assistant beside the canvas. */
async function openSettings(label, options = {}) {
  const opened = await browser.open({ workflow: "New order to warehouse", ...options });
  await opened.page.keyboard.press("Control+j");
  await showSettings(opened.page, label);
  return opened;
}

async function showSettings(page, label) {
  await node(page, label).click();
  await inspector(page).getByRole("tab", { name: "Settings" }).click();
}

async function choose(page, field, option) {
  await form(page).getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
  await stored(page);
}

/** Settings of a node as they are stored. */
const settingsOf = async (page, label) =>
  (await editor(page)).truth.nodes.find(({ data }) => data.label === label)?.data.settings;

describe("the settings of a node", () => {
  test("are stored at once, only what differs, each change one step to undo", async () => {
    const { page, context, errors } = await openSettings("Tell the warehouse");
    await choose(page, "On error", "Go on");
    await form(page).getByRole("switch", { name: "First item only" }).press("Space");
    await form(page).getByRole("switch", { name: "Always put out an item" }).press("Space");
    await form(page).getByLabel("Notes").fill("Ask the warehouse first.");
    await form(page).getByLabel("Time limit").fill("90");
    await form(page).getByLabel("Time limit").press("Enter");
    await stored(page);
    const all = {
      on_error: "continue",
      timeout_seconds: 90,
      execute_once: true,
      always_output: true,
      notes: "Ask the warehouse first.",
    };
    assert.deepEqual(await settingsOf(page, "Tell the warehouse"), all);
    await inspector(page).getByRole("img", { name: "5 differ from the defaults" }).waitFor();
    await focusCanvas(page);
    for (let step = 0; step < 5; step += 1) {
      await page.keyboard.press("Control+z");
      await stored(page);
    }
    assert.equal(await settingsOf(page, "Tell the warehouse"), undefined);
    assert.deepEqual(errors, []);
    await context.close();
  });

  for (const [name, label, bad, good, path, value] of [
    ["tries", "Tries in all", ["1", "11", "three"], "10", ["retry", "max_tries"], 10],
    ["the wait", "First wait, in ms", ["-1", "300001", "1.5"], "300,000", ["retry", "wait_ms"], 300_000],
    ["the time limit", "Time limit", ["0", "86401", "1e3"], "86400", ["timeout_seconds"], 86_400],
  ]) {
    test(`say what ${name} may be, send nothing else, and keep what was typed`, async () => {
      const { page, context } = await openSettings("Tell the warehouse");
      await form(page).getByRole("switch", { name: "Try again" }).press("Space");
      await stored(page);
      const before = (await calls(page, "edit_workflow")).length;
      const field = form(page).getByLabel(label);
      for (const text of bad) {
        await field.fill(text);
        await field.press("Enter");
        await form(page)
          .getByText(/^A whole number from /)
          .waitFor();
        assert.equal(await field.inputValue(), text);
      }
      await page.waitForTimeout(800);
      assert.equal((await calls(page, "edit_workflow")).length, before);
      await field.fill(good);
      await field.press("Enter");
      await form(page)
        .getByText(/^A whole number from /)
        .waitFor({ state: "hidden" });
      await stored(page);
      const settings = await settingsOf(page, "Tell the warehouse");
      assert.equal(
        path.reduce((found, key) => found[key], settings),
        value,
      );
      await context.close();
    });
  }

  test("take the core's word where it knows better", async () => {
    const { page, context } = await openSettings("Tell the warehouse");
    await form(page).getByLabel("Notes").fill("x".repeat(1_048_577));
    await form(page).getByLabel("Notes").blur();
    await form(page).getByText("The notes are larger than 1 MiB.").waitFor();
    await context.close();
  });

  test("ask when a node starts only where several branches come together", async () => {
    const { page, context } = await openSettings("Tell the warehouse");
    assert.equal(await form(page).getByRole("combobox", { name: "Starts" }).count(), 0);
    await page.evaluate(async () => {
      const { graph, submit } = window.__stores.useEditor.getState();
      const id = (label) => [...graph.nodes.values()].find(({ data }) => data.label === label).id;
      await submit([
        { type: "add_edge", id: crypto.randomUUID(), source: id("Order arrives"), target: id("Tell the warehouse") },
      ]);
    });
    await choose(page, "Starts", "When any branch brings items");
    assert.deepEqual(await settingsOf(page, "Tell the warehouse"), { join: "any" });
    await context.close();
  });

  test("go with a copy of the node", async () => {
    const { page, context } = await openSettings("Tell the warehouse");
    await choose(page, "On error", "Go on");
    await page.keyboard.press("Escape");
    await focusCanvas(page);
    const text = await copied(page);
    await pasteText(page, text);
    await stored(page);
    assert.deepEqual(await settingsOf(page, "Tell the warehouse 2"), { on_error: "continue" });
    await context.close();
  });

  test("of a trigger are those that mean something there", async () => {
    const { page, context } = await openSettings("Order arrives");
    await form(page).getByLabel("Notes").waitFor();
    assert.equal(await form(page).getByRole("combobox").count(), 0);
    assert.equal(await form(page).getByRole("switch").count(), 1);
    await context.close();
  });
});

describe("the error output", () => {
  const handles = (page, label) => node(page, label).locator(".react-flow__handle.source").count();

  test("is a handle of its own to connect from, and what fails leaves by it", async () => {
    const { page, context, errors } = await openRunnable(browser);
    await giveMany(page, "Order arrives", 150);
    await showSettings(page, "Tell the warehouse");
    assert.equal(await handles(page, "Tell the warehouse"), 1);
    await choose(page, "On error", "Go on by the error output");
    assert.equal(await handles(page, "Tell the warehouse"), 2);
    await node(page, "Tell the warehouse").getByText("Error", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("1");
    await page.waitForTimeout(300);
    const from = await middle(node(page, "Tell the warehouse").locator('[data-handleid="error"]'));
    const to = await middle(node(page, "Thank the customer").locator(".react-flow__handle.target"));
    await drag(page, from, to);
    await stored(page);
    const { truth } = await editor(page);
    assert.equal(truth.edges.filter((edge) => edge.source_handle === "error").length, 1);
    await failNext(page, "Tell the warehouse", { error: { message: "The warehouse is closed." } });
    await runNow(page);
    await runIs(page, "error");
    await node(page, "Thank the customer").getByRole("img", { name: "Succeeded" }).waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("takes its connection with it, says which, and one undo brings both back", async () => {
    const { page, context } = await openSettings("Tell the warehouse");
    await choose(page, "On error", "Go on by the error output");
    await page.evaluate(async () => {
      const { graph, submit } = window.__stores.useEditor.getState();
      const id = (label) => [...graph.nodes.values()].find(({ data }) => data.label === label).id;
      const ends = { source: id("Tell the warehouse"), target: id("Thank the customer"), source_handle: "error" };
      await submit([{ type: "add_edge", id: crypto.randomUUID(), ...ends }]);
    });
    await form(page).getByText("Without it, the connection to “Thank the customer” goes too.").waitFor();
    const edges = (await editor(page)).truth.edges.length;
    await choose(page, "On error", "End the run");
    await page.getByText("The connection from the error output to “Thank the customer” was removed with it.").waitFor();
    assert.equal((await editor(page)).truth.edges.length, edges - 1);
    assert.equal(await handles(page, "Tell the warehouse"), 1);
    await focusCanvas(page);
    await page.keyboard.press("Control+z");
    await stored(page);
    assert.equal((await editor(page)).truth.edges.length, edges);
    assert.equal(await handles(page, "Tell the warehouse"), 2);
    await context.close();
  });
});

describe("switching nodes off", () => {
  const off = (page) => page.locator("[data-testid=node][data-disabled]").count();

  test("works with D for all that is selected, in one step, and says so on the card", async () => {
    const { page, context } = await browser.open({ workflow: "New order to warehouse" });
    await focusCanvas(page);
    await page.keyboard.press("Control+a");
    await page.keyboard.press("d");
    await stored(page);
    assert.equal(await off(page), 4);
    await node(page, "Tell the warehouse")
      .getByText(/^Switched off · /)
      .waitFor();
    await page.keyboard.press("d");
    await stored(page);
    assert.equal(await off(page), 0);
    await page.keyboard.press("Control+z");
    await stored(page);
    assert.equal(await off(page), 4);
    await context.close();
  });

  test("works from the menu of a node, and D in a text field stays a letter", async () => {
    const { page, context } = await browser.open({ workflow: "New order to warehouse" });
    await node(page, "Tell the warehouse").click({ button: "right" });
    await page.getByRole("menuitem", { name: /^Switch off/ }).click();
    await stored(page);
    assert.deepEqual(await settingsOf(page, "Tell the warehouse"), { disabled: true });
    await node(page, "Tell the warehouse").click({ button: "right" });
    await page.getByRole("menuitem", { name: /^Switch on/ }).click();
    await stored(page);
    assert.equal(await off(page), 0);
    await showSettings(page, "Tell the warehouse");
    await form(page).getByLabel("Notes").press("d");
    assert.equal(await form(page).getByLabel("Notes").inputValue(), "d");
    assert.equal(await off(page), 0);
    await context.close();
  });
});

test("a proposal says in words which settings it changes, before it is accepted", async () => {
  const { page, context } = await browser.open({ workflow: "New order to warehouse" });
  const { truth } = await editor(page);
  const { id } = truth.nodes.find(({ data }) => data.label === "Tell the warehouse");
  const settings = { on_error: "error_output", retry: { max_tries: 4, wait_ms: 500 }, timeout_seconds: 30 };
  await script(page, { text: "So it goes on.", actions: [{ type: "update_node", node_id: id, settings }] });
  await send(page, "go on when it fails");
  const card = page.locator("[data-proposal]").last();
  await card.waitFor();
  await settled(page);
  // The ghost of the node has the output already.
  await node(page, "Tell the warehouse").getByText("Error", { exact: true }).waitFor();
  await card
    .locator('[data-row][data-index="0"]')
    .getByRole("button", { name: /details|Change/i })
    .first()
    .click();
  for (const text of ["Go on by the output “error”", "4 tries, 500 ms apart at first", "30 seconds"]) {
    await card.getByText(text).first().waitFor();
  }
  assert.equal(await settingsOf(page, "Tell the warehouse"), undefined);
  await card
    .getByRole("button", { name: /^Accept/ })
    .first()
    .click();
  await page.waitForFunction(
    (nodeId) => window.__stores.useEditor.getState().truth.nodes.get(nodeId)?.data.settings !== undefined,
    id,
  );
  assert.deepEqual(await settingsOf(page, "Tell the warehouse"), settings);
  await context.close();
});
