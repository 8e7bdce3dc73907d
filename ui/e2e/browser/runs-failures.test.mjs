/** Runs that fail or ask: what is said, and every way on. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, field, script, send, settled, startBrowser } from "./support/assistant.mjs";
import { focusCanvas, node } from "./support/editor.mjs";
import { failNext, giveMany, interruptNext, openRunnable, panel, runIs, runNow } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const GRANT = {
  error: { code: "not_granted", message: "The workflow may not reach 127.0.0.1:8080.", hint: "Allow it." },
  parameter: "url",
  item: 3,
  grant: { type: "host", host: "127.0.0.1", port: 8080 },
  detail: { body: "<img src=x onerror=alert(1)>" },
};

describe("a run that fails", () => {
  test("shows what failed and leads to the parameter; the response is folded, and text", async () => {
    const { page, context, errors } = await openRunnable(browser);
    await failNext(page, "Large order?", { ...GRANT, grant: null, parameter: "conditions[0].left" });
    await runNow(page);
    await runIs(page, "error");
    const card = panel(page).getByRole("region", { name: "Why it failed" });
    await card.getByText("The workflow may not reach 127.0.0.1:8080.").waitFor();
    assert.equal(await card.locator("pre").count(), 0);
    await card.getByRole("button", { name: "What the other side said" }).click();
    assert.match(await card.locator("pre").textContent(), /<img src=x onerror/);
    assert.equal(await card.locator("img").count(), 0);
    await card.getByRole("button", { name: "Parameter conditions[0].left" }).click();
    await page.waitForFunction(() => document.activeElement?.closest("[data-parameter=conditions]") !== null);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("is allowed what it lacks only after the question has shown exactly what, and goes on", async () => {
    const { page, context } = await openRunnable(browser);
    await giveMany(page, "Order arrives", 150);
    await failNext(page, "Tell the warehouse", GRANT);
    await runNow(page);
    await runIs(page, "error");
    await panel(page)
      .getByRole("button", { name: /^Allow 127\.0\.0\.1:8080/ })
      .click();
    const dialog = page.getByRole("dialog");
    assert.match(await dialog.textContent(), /127\.0\.0\.1:8080/);
    assert.deepEqual(await calls(page, "add_grant"), []);
    await dialog.getByRole("button", { name: "Allow and retry" }).click();
    await runIs(page, "success");
    const [granted] = await calls(page, "add_grant");
    assert.deepEqual(granted.grant, GRANT.grant);
    await node(page, "Order arrives").getByRole("img", { name: "Reused" }).waitFor();
    assert.equal(await node(page, "Tell the warehouse").getByRole("img", { name: "Reused" }).count(), 0);
    await context.close();
  });

  test("asks which version to retry with once there are two", async () => {
    const { page, context } = await openRunnable(browser);
    await failNext(page, "Large order?", GRANT);
    await runNow(page);
    await runIs(page, "error");
    await focusCanvas(page);
    await page.evaluate(async () => {
      const { graph, submit } = window.__stores.useEditor.getState();
      const [first] = graph.nodes.values();
      await submit([{ type: "update_node", node_id: first.id, label: "Renamed" }]);
    });
    await panel(page).getByRole("button", { name: "Retry from here" }).click();
    await page.getByRole("menuitem", { name: /With version 2, which failed/ }).click();
    await runIs(page, "success");
    const [{ request }] = (await calls(page, "run_workflow")).slice(-1);
    assert.equal(request.scope.active_version, false);
    await context.close();
  });

  test("goes to the assistant by its shape; values go only when that is switched on", async () => {
    const { page, context } = await openRunnable(browser);
    await failNext(page, "Large order?", GRANT);
    await runNow(page);
    await runIs(page, "error");
    await panel(page).getByRole("button", { name: "Ask the assistant" }).click();
    await field(page).waitFor();
    assert.match(await field(page).inputValue(), /The node “Large order\?” failed/);
    const values = page.getByRole("switch", { name: "Send values" });
    assert.equal(await values.isChecked(), false);
    await script(page, { text: "Look at it." });
    await field(page).press("Enter");
    await settled(page);
    const sent = await calls(page, "chat_stream");
    assert.equal(sent[0].request.run.include_values, false);
    assert.equal(sent[0].request.run.step, 1);
    await send(page, "And now?");
    await settled(page);
    assert.equal((await calls(page, "chat_stream"))[1].request.run, undefined);
    await context.close();
  });
});

describe("a step of unknown outcome", () => {
  for (const [button, status] of [
    ["Repeat (may happen twice)", "success"],
    ["Skip: it happened", "success"],
    ["Stop the run", "canceled"],
  ]) {
    test(`asks, and “${button}” ends in ${status}`, async () => {
      const { page, context } = await openRunnable(browser);
      await interruptNext(page, "Large order?");
      await runNow(page);
      await runIs(page, "unknown");
      const card = panel(page).getByRole("alert", { name: "Outcome unknown" });
      await card.getByText("Did “Large order?” happen?").waitFor();
      await node(page, "Large order?").getByRole("img", { name: "Outcome unknown" }).waitFor();
      await card.getByRole("button", { name: button }).click();
      await runIs(page, status);
      await card.waitFor({ state: "detached" });
      await context.close();
    });
  }
});
