/** Running: starting, watching, cancelling, reloading, running a part. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";
import { focusCanvas, middle, node, stored } from "./support/editor.mjs";
import { giveMany, openRunnable, panel, runIs, runNow, setPace, states, step } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

describe("a run", () => {
  test("starts with Ctrl Enter, marks each node, counts items and is announced", async () => {
    const { page, context, errors } = await openRunnable(browser);
    await giveMany(page, "Order arrives", 150);
    await runNow(page);
    await runIs(page, "success");
    assert.deepEqual(await states(page), {
      "Order arrives": "success",
      "Large order?": "success",
      "Tell the warehouse": "success",
      "Thank the customer": "success",
    });
    await node(page, "Tell the warehouse").getByRole("img", { name: "Succeeded" }).waitFor();
    const counts = await page.getByTestId("edge-items").allTextContents();
    assert.deepEqual(counts.sort(), ["101", "150 items", "49"]);
    assert.match(await page.getByTestId("run-announcer").textContent(), /^Run: Succeeded after .*4 steps\.$/);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("that ended before the workflow was opened again is named, and shown on request", async () => {
    const { page, context } = await openRunnable(browser);
    await panel(page).getByText("Nothing has run yet").waitFor();
    await runNow(page);
    await runIs(page, "success");
    await page.getByRole("button", { name: "Take the run off the canvas" }).click();
    await panel(page).getByText("Last run just now: succeeded").waitFor();
    await page.getByRole("button", { name: "Back to workflows" }).click();
    await page.getByRole("listitem").filter({ hasText: "New order to warehouse" }).first().click();
    await panel(page).getByText("Last run just now: succeeded").waitFor();
    assert.equal(await step(page, "Order arrives").count(), 0);
    await panel(page).getByRole("button", { name: "Show the last run" }).click();
    await step(page, "Order arrives").waitFor();
    await page.getByRole("button", { name: "Back to now" }).waitFor();
    await context.close();
  });

  test("is started once by a double click, and not cancelled by it", async () => {
    const { page, context } = await openRunnable(browser);
    await setPace(page, 300);
    const { x, y } = await middle(page.getByRole("button", { name: "Run", exact: true }));
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.up();
    await page.getByRole("button", { name: /^Cancel/ }).waitFor();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await runIs(page, "success");
    assert.equal((await calls(page, "run_workflow")).length, 1);
    assert.equal((await calls(page, "cancel_run")).length, 0);
    await context.close();
  });

  test("is cancelled by the button that started it, which counts the time", async () => {
    const { page, context } = await openRunnable(browser);
    await setPace(page, 1500);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const cancel = page.getByRole("button", { name: /^Cancel/ });
    await cancel.waitFor();
    await cancel.getByText(/^(\d+ ms|\d\.\d s)$/).waitFor();
    await cancel.click();
    await runIs(page, "canceled");
    assert.equal((await states(page))["Order arrives"], "canceled");
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    await context.close();
  });

  test("of an incomplete workflow is refused: everything is listed, the first form opens at the parameter", async () => {
    const { page, context } = await browser.open({ workflow: "New order to warehouse" });
    await page.keyboard.press("Control+j");
    await runNow(page);
    const refusal = page.getByRole("alert", { name: "The run did not begin" });
    await refusal.waitFor();
    assert.equal(await refusal.getByRole("listitem").count(), 3);
    await page.getByRole("complementary", { name: "Node settings" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.closest("[data-parameter=subject]") !== null);
    await refusal.getByRole("button", { name: "Thank the customer" }).nth(1).click();
    await page.waitForFunction(() => document.activeElement?.closest("[data-parameter=body]") !== null);
    await context.close();
  });

  test("starts with what is still being typed", async () => {
    const { page, context } = await openRunnable(browser);
    await node(page, "Thank the customer").click();
    await page.locator("[data-parameter=subject] textarea").first().fill("Typed just now");
    await runNow(page);
    await runIs(page, "success");
    const subject = await page.evaluate(() => {
      const [run] = [...window.__twin.runs.runs.values()];
      return [...run.graph.nodes.values()].find(({ data }) => data.connector_id === "email").data.config.subject;
    });
    assert.equal(subject, "Typed just now");
    await context.close();
  });

  test("with input of one's own says what is wrong with it first", async () => {
    const { page, context } = await openRunnable(browser);
    await page.getByRole("button", { name: "Ways to run" }).click();
    await page.getByRole("menuitem", { name: "Run with input…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Items").fill("[1]");
    await dialog.getByText("Entry 1 is a number.").waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Run" }).isDisabled());
    await dialog.getByLabel("Items").fill('[{"total": 5000, "email": "a@b.c"}]');
    await dialog.getByRole("button", { name: "Run" }).click();
    await runIs(page, "success");
    assert.equal((await states(page))["Thank the customer"], undefined);
    const [{ request }] = (await calls(page, "run_workflow")).slice(-1);
    assert.deepEqual(request.input, [{ json: { total: 5000, email: "a@b.c" } }]);
    await context.close();
  });

  test("is joined by a window that was reloaded in its middle", async () => {
    const { page, context } = await openRunnable(browser);
    await setPace(page, 700);
    await runNow(page);
    await runIs(page, "running");
    const popup = context.waitForEvent("page");
    await page.evaluate(() => window.open(window.location.href));
    const second = await popup;
    await second.getByRole("button", { name: /^Cancel/ }).waitFor();
    await second.getByText("Running", { exact: false }).first().waitFor();
    await second.getByRole("button", { name: "Run", exact: true }).waitFor();
    await panel(second)
      .getByText(/^Succeeded in/)
      .first()
      .waitFor();
    assert.equal(await second.getByTestId("run-mark").count(), 3);
    await context.close();
  });

  test("stays on the canvas after an edit, faded from the change on, until it is taken away", async () => {
    const { page, context } = await openRunnable(browser);
    await giveMany(page, "Order arrives", 150);
    await runNow(page);
    await runIs(page, "success");
    await page.evaluate(async () => {
      const { graph, submit } = window.__stores.useEditor.getState();
      const call = [...graph.nodes.values()].find(({ data }) => data.connector_id === "http");
      await submit([{ type: "update_node", node_id: call.id, config: { url: "https://example.com/new" } }]);
    });
    await node(page, "Tell the warehouse").locator("[data-stale]").waitFor();
    assert.equal(await page.locator("[data-testid=run-mark][data-stale]").count(), 1);
    await panel(page).getByRole("button", { name: "Take the run off the canvas" }).click();
    await page.getByTestId("run-mark").first().waitFor({ state: "detached" });
    await context.close();
  });
});

describe("a part of a workflow", () => {
  test("runs to a node and from a node, with the rest taken from before", async () => {
    const { page, context } = await openRunnable(browser);
    await giveMany(page, "Order arrives", 150);
    await node(page, "Large order?").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Run to this node" }).click();
    await runIs(page, "success");
    assert.deepEqual(Object.keys(await states(page)), ["Order arrives", "Large order?"]);
    await node(page, "Tell the warehouse").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Run from this node" }).click();
    await page.waitForFunction(() => window.__twin.runs.runs.size === 2);
    await runIs(page, "success");
    await node(page, "Large order?").getByRole("img", { name: "Reused" }).waitFor();
    await context.close();
  });
});

describe("hundreds of nodes", () => {
  test("w5_run_without_drawing_a_node_more_than_a_few_times", async () => {
    const { page, context, errors } = await openRunnable(browser, { width: 1600, height: 1000 });
    await page.evaluate(() => {
      window.__twin.runs.pace = 1;
      window.__twin.addLargeWorkflow(380, 379);
    });
    await page.getByRole("button", { name: "Back to workflows" }).click();
    await page.evaluate(() => window.__twin.world.changed("workflow", "x"));
    await page.getByText("380 nodes").click();
    await node(page, "Step 0").waitFor();
    await page.keyboard.press("1");
    await page.waitForTimeout(600);
    await page.evaluate(() => {
      window.__changes = new Map();
      const observer = new MutationObserver((records) => {
        for (const { target } of records) {
          const card = target.closest("[data-testid=node]");
          if (card) window.__changes.set(card, (window.__changes.get(card) ?? 0) + 1);
        }
      });
      const nodes = document.querySelector(".react-flow__nodes");
      observer.observe(nodes, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-status"] });
    });
    await runNow(page);
    await runIs(page, "success", 90_000);
    await page.waitForTimeout(100);
    const drawn = await page.evaluate(() => ({
      nodes: window.__changes.size,
      most: Math.max(...window.__changes.values()),
      marks: document.querySelectorAll("[data-testid=run-mark]").length,
    }));
    assert.ok(drawn.marks > 300, JSON.stringify(drawn));
    assert.ok(drawn.most <= 8, JSON.stringify(drawn));
    assert.deepEqual(errors, []);
    await context.close();
  });
});

describe("steps and nodes", () => {
  test("are selected together, and F6 goes from part to part", async () => {
    const { page, context } = await openRunnable(browser);
    await runNow(page);
    await runIs(page, "success");
    await step(page, "Large order?").click();
    const selected = () => page.evaluate(() => [...window.__stores.useSelection.getState().nodes].length);
    assert.equal(await selected(), 1);
    await node(page, "Order arrives").click();
    await page.waitForFunction(() => window.__stores.useRuns.getState().selected === 0);
    await stored(page);
    await focusCanvas(page);
    await page.keyboard.press("F6");
    await page.waitForFunction(() => document.activeElement?.closest("[aria-label='Node settings']") !== null);
    await page.keyboard.press("F6");
    await page.waitForFunction(() => document.activeElement?.closest("#run-panel") !== null);
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => window.__stores.useRuns.getState().selected === 1);
    await context.close();
  });
});
