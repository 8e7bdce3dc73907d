/** The room that the history of runs takes: the budget, what it takes now, and making room. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";
import { openRunnable, runIs, runNow } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const settings = (page) => page.getByRole("dialog", { name: "Settings" });

async function toHistory(page) {
  await page.keyboard.press("Control+,");
  await settings(page).getByRole("button", { name: "History of runs" }).click();
  await settings(page).getByRole("heading", { name: "History of runs" }).waitFor();
}

/** Runs the open workflow this often. */
async function runs(page, count) {
  for (let run = 0; run < count; run += 1) {
    await runNow(page);
    await runIs(page, "success");
    await page.waitForFunction((wanted) => window.__twin.runs.runs.size === wanted, run + 1);
  }
}

describe("the history of runs", () => {
  test("has a budget that is checked and kept", async () => {
    const { page, context, errors } = await browser.open();
    await toHistory(page);
    await settings(page).getByText("Nothing has run yet.").waitFor();
    const room = settings(page).getByLabel("Room, in MiB");
    assert.equal(await room.inputValue(), "200");
    await room.fill("0");
    await settings(page).getByText("A whole number from 1 to 1,048,576.").waitFor();
    await room.fill("50");
    await page.keyboard.press("Enter");
    await settings(page).getByLabel("Runs", { exact: true }).fill("20");
    await page.keyboard.press("Enter");
    await settings(page).getByRole("switch", { name: "Keep data of successful runs" }).click();
    await page.waitForFunction(() => window.__twin.calls.filter(({ name }) => name === "set_run_budget").length === 3);
    const budget = { bytes: 50 * 2 ** 20, runs: 20, keep_success_data: false };
    assert.deepEqual((await calls(page, "set_run_budget")).at(-1), { budget });
    await page.keyboard.press("Escape");
    await toHistory(page);
    assert.equal(await room.inputValue(), "50");
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("says what runs take, and makes room with progress", async () => {
    const { page, context, errors } = await openRunnable(browser);
    await runs(page, 12);
    await toHistory(page);
    await settings(page)
      .getByText(/^12 runs of 1 workflow take \d/)
      .waitFor();
    const table = settings(page).getByRole("table", { name: "Room by workflow" });
    await table.getByText("New order to warehouse").waitFor();
    await settings(page).getByRole("button", { name: "Make room now" }).click();
    await settings(page).getByText("All runs fit. Nothing was given up.").waitFor();
    await settings(page).getByLabel("Runs", { exact: true }).fill("10");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.__twin.calls.some(({ name }) => name === "set_run_budget"));
    await settings(page).getByRole("button", { name: "Make room now" }).click();
    await settings(page).getByRole("progressbar", { name: "Making room" }).waitFor({ state: "attached" });
    await settings(page).getByText("Given up: 2 whole runs.").waitFor();
    await settings(page)
      .getByText(/^10 runs of 1 workflow take/)
      .waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });
});
