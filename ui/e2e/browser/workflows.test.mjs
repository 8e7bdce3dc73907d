/** The list of workflows: everything it can do, by mouse and by keyboard. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./support/assistant.mjs";
import { fail } from "./support/editor.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const row = (page, name) => page.getByRole("listitem", { name, exact: true });
const names = (page) =>
  page
    .getByRole("list", { name: "Workflows" })
    .getByRole("listitem")
    .evaluateAll((rows) => rows.map((one) => one.ariaLabel));
const focused = (page) => page.evaluate(() => document.activeElement?.ariaLabel);

describe("the list of workflows", () => {
  test("shows what each is, newest first", async () => {
    const { page, context, errors } = await browser.home();
    assert.deepEqual(await names(page), ["New order to warehouse", "Weekly report", "Untitled workflow"]);
    const text = await row(page, "New order to warehouse").textContent();
    assert.match(text, /Checks each order.*4/);
    assert.equal(await row(page, "New order to warehouse").getByTitle("Webhook").count(), 1);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("creates with a free name and opens at once", async () => {
    const { page, context } = await browser.home();
    await page.keyboard.press("Control+n");
    await page.getByRole("button", { name: "Untitled workflow 2" }).waitFor();
    await page.getByText("Start with a trigger").waitFor();
    await page.getByRole("button", { name: "Back to workflows" }).click();
    await row(page, "Untitled workflow 2").waitFor();
    await context.close();
  });

  test("is used with the keyboard alone", async () => {
    const { page, context } = await browser.home();
    await page.keyboard.press("/");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "New order to warehouse");
    await page.keyboard.press("End");
    assert.equal(await focused(page), "Untitled workflow");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("F2");
    await page.keyboard.type("Monthly report");
    await page.keyboard.press("Enter");
    await row(page, "Monthly report").waitFor();
    assert.equal((await names(page)).length, 3);
    await row(page, "Monthly report").focus();
    await page.keyboard.press("Delete");
    await row(page, "Monthly report").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await row(page, "Monthly report").waitFor();
    await row(page, "Monthly report").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Canvas" }).waitFor();
    await context.close();
  });

  test("keeps what was typed when a name is refused, and takes it back with Escape", async () => {
    const { page, context } = await browser.home();
    await row(page, "Weekly report").focus();
    await page.keyboard.press("F2");
    const field = page.getByLabel("Name of the workflow");
    await field.fill("   ");
    await field.press("Enter");
    await page.getByText("A workflow needs a name.").waitFor();
    assert.equal(await field.inputValue(), "   ");
    await field.press("Escape");
    await row(page, "Weekly report").waitFor();
    await context.close();
  });

  test("duplicates and deletes from the menu, and says when deleting fails", async () => {
    const { page, context } = await browser.home();
    const menu = async (name, item) => {
      await row(page, name).hover();
      await row(page, name).getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await menu("Weekly report", "Duplicate");
    await row(page, "Weekly report (copy)").waitFor();
    await fail(page, "delete_workflow", "read_only");
    await menu("Weekly report (copy)", "Delete");
    await page.getByText("It is read_only.").waitFor();
    assert.equal(await row(page, "Weekly report (copy)").count(), 1);
    await page.getByRole("button", { name: "Retry" }).click();
    await row(page, "Weekly report (copy)").waitFor({ state: "detached" });
    await context.close();
  });

  test("searches names and descriptions", async () => {
    const { page, context } = await browser.home();
    await page.getByLabel("Search workflows").fill("order large");
    assert.deepEqual(await names(page), ["New order to warehouse"]);
    await page.getByLabel("Search workflows").fill("<b>nothing</b>");
    await page.getByText("No workflow fits “<b>nothing</b>”.").waitFor();
    await page.keyboard.press("Escape");
    assert.equal((await names(page)).length, 3);
    await context.close();
  });

  test("has an empty state with one thing to do", async () => {
    const { page, context } = await browser.home();
    for (const name of await names(page)) {
      await row(page, name).focus();
      await page.keyboard.press("Delete");
    }
    await page.getByText("No workflows yet").waitFor();
    await page.getByRole("button", { name: "New workflow" }).last().click();
    await page.getByText("Start with a trigger").waitFor();
    await context.close();
  });

  test("w5_lists_three_thousand_workflows_quickly", async () => {
    const { page, context } = await browser.home();
    await page.evaluate(() => {
      for (let index = 0; index < 3000; index += 1) window.__twin.addLargeWorkflow(1, 0);
      window.__twin.world.changed("workflow", "");
    });
    await page.getByText("1 nodes").first().waitFor();
    assert.ok((await names(page)).length <= 120);
    await page.getByLabel("Search workflows").fill("warehouse");
    assert.deepEqual(await names(page), ["New order to warehouse"]);
    await context.close();
  });
});
