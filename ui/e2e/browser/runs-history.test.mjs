/** Past runs, and switching a workflow on. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";
import { node } from "./support/editor.mjs";
import { failNext, openRunnable, panel, runIs, runNow, setPace } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const FAILURE = { error: { message: "It broke." } };

/** A page with a failed run on version 2 and a newer version 3. */
async function openPast() {
  const opened = await openRunnable(browser);
  const { page } = opened;
  await failNext(page, "Large order?", FAILURE);
  await runNow(page);
  await runIs(page, "error");
  await page.evaluate(async () => {
    const { graph, submit } = window.__stores.useEditor.getState();
    const [first] = graph.nodes.values();
    await submit([{ type: "update_node", node_id: first.id, label: "Renamed since" }]);
  });
  return opened;
}

async function lookAtPast(page) {
  await panel(page).getByText("All runs", { exact: true }).click();
  await page
    .getByRole("list", { name: "Runs" })
    .getByRole("button", { name: /Failed/ })
    .first()
    .click();
  await page.getByText(/^Run of .* on version 2/).waitFor();
}

describe("a past run", () => {
  test("is shown on exactly the version that ran, read-only, and left again", async () => {
    const { page, context, errors } = await openPast();
    await lookAtPast(page);
    await node(page, "Order arrives").waitFor();
    assert.equal(await node(page, "Renamed since").count(), 0);
    await node(page, "Large order?").getByRole("img", { name: "Failed" }).waitFor();
    await panel(page).getByText("It broke.").waitFor();
    await node(page, "Order arrives").click();
    await page.waitForFunction(() => window.__stores.useRuns.getState().selected === 0);
    assert.equal(await page.getByRole("complementary", { name: "Node settings" }).count(), 0);
    await page.getByRole("button", { name: "Back to now" }).click();
    await node(page, "Renamed since").waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("is left when another version is looked at", async () => {
    const { page, context } = await openPast();
    await lookAtPast(page);
    await page.getByRole("button", { name: "Versions", exact: true }).click();
    await page
      .getByRole("complementary", { name: "Versions" })
      .getByRole("button", { name: /Created/ })
      .click();
    await page.getByText(/^Run of .* on version 2/).waitFor({ state: "detached" });
    await page.getByTestId("run-mark").first().waitFor({ state: "detached" });
    await context.close();
  });

  for (const [button, activeVersion] of [
    ["Retry with this version", false],
    ["Retry with the current version", true],
  ]) {
    test(`offers “${button}”`, async () => {
      const { page, context } = await openPast();
      await lookAtPast(page);
      await page.getByRole("button", { name: button }).click();
      await runIs(page, "success");
      const [{ request }] = (await calls(page, "run_workflow")).slice(-1);
      assert.equal(request.scope.active_version, activeVersion);
      await node(page, "Renamed since").waitFor();
      await context.close();
    });
  }

  test("is deleted only after a question, and what has not ended is not", async () => {
    const { page, context } = await openPast();
    await setPace(page, 3000);
    await runNow(page);
    await runIs(page, "running");
    await panel(page).getByText("All runs", { exact: true }).click();
    const rows = page.getByRole("list", { name: "Runs" }).getByRole("listitem");
    await rows.nth(1).waitFor();
    await rows.first().getByRole("button", { name: "More" }).click();
    assert.ok(await page.getByRole("menuitem", { name: "Delete" }).isDisabled());
    await page.keyboard.press("Escape");
    await rows.nth(1).getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").getByText("This cannot be undone.", { exact: false }).waitFor();
    assert.deepEqual(await calls(page, "delete_run"), []);
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await rows.nth(1).waitFor({ state: "detached" });
    await context.close();
  });
});

describe("all runs", () => {
  test("are listed on the first screen, filtered, read on at their end, and opened", async () => {
    const { page, context } = await openPast();
    await page.evaluate(async () => {
      const { runs } = window.__twin.runs;
      const [first] = runs.values();
      for (let index = 0; index < 150; index += 1) {
        const id = `old-${String(index).padStart(4, "0")}`;
        runs.set(id, { ...first, summary: { ...first.summary, id, status: "success", error: null } });
      }
    });
    await page.getByRole("button", { name: "Back to workflows" }).click();
    await page.getByText("Runs", { exact: true }).click();
    const rows = page.getByRole("list", { name: "Runs" }).getByRole("listitem");
    await rows.nth(59).waitFor();
    assert.ok((await rows.count()) <= 120);
    for (let round = 0; round < 6 && (await rows.count()) < 151; round += 1) {
      await rows.last().scrollIntoViewIfNeeded();
      await page.waitForTimeout(150);
    }
    assert.equal(await rows.count(), 151);
    await page.getByRole("button", { name: "Failed", exact: true }).click();
    await rows.nth(1).waitFor({ state: "detached" });
    assert.equal(await rows.count(), 1);
    await rows.first().getByRole("button").first().click();
    await page.getByText(/^Run of .* on version 2/).waitFor();
    await context.close();
  });
});

describe("switching a workflow on", () => {
  test("says where it is reached and when it is due, and shows in the list", async () => {
    const { page, context } = await openRunnable(browser);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Inactive" }).click();
    await page.getByText("Bridge goes on running after you close its window", { exact: false }).waitFor();
    await page.getByRole("switch", { name: /^Active/ }).click({ force: true });
    await page.getByRole("button", { name: "Active", exact: true }).waitFor();
    const address = page.getByRole("list", { name: "Triggers" }).locator("code");
    const first = await address.textContent();
    assert.match(first, /^http:\/\/127\.0\.0\.1:\d+\/webhook\//);
    await page.getByRole("button", { name: "Copy the address" }).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), first);
    await page.getByRole("button", { name: "New address" }).click();
    await page.getByText("The old address stops working at once.").waitFor();
    await page.getByRole("button", { name: "Give it a new address" }).click();
    await page.waitForFunction(
      (old) => document.querySelector("[aria-label=Triggers] code")?.textContent !== old,
      first,
    );
    const renewed = await address.textContent();
    await page.keyboard.press("Escape");
    await node(page, "Order arrives").click();
    const form = page.getByRole("complementary", { name: "Node settings" });
    assert.equal(await form.getByRole("region", { name: "How it is reached" }).locator("code").textContent(), renewed);
    await page.getByRole("button", { name: "Back to workflows" }).click();
    await page.getByText("Active", { exact: true }).waitFor();
    await context.close();
  });

  test("is refused with every problem where something is missing", async () => {
    const { page, context } = await browser.open({ workflow: "Weekly report" });
    await page.evaluate(() =>
      window.__twin.fail("set_active", {
        code: "invalid_input",
        message: "2 things are wrong.",
        hint: "Correct what is listed and try again.",
        retryable: false,
        problems: [
          { path: "nodes[1].data.config.url", code: "missing", message: "“Address” is needed." },
          { path: "nodes[2].data.config.to", code: "missing", message: "“To” is needed." },
        ],
      }),
    );
    await page.getByRole("button", { name: "Inactive" }).click();
    await page.getByText("The schedule says no time.", { exact: false }).waitFor();
    await page.getByRole("switch", { name: /^Active/ }).click({ force: true });
    await page.getByRole("alert").getByText("“To” is needed.").waitFor();
    assert.equal(await page.getByRole("switch", { name: /^Active/ }).isChecked(), false);
    await context.close();
  });
});
