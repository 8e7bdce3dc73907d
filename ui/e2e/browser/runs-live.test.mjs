/** Runs that begin by themselves: shown as they go, without taking anything from the user, also when they are many. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";
import { openRunnable, panel, runIs, runNow, setPace, states, step } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** A trigger starts a run of the open workflow. Gives its identifier. */
const begin = (page, type = "webhook") =>
  page.evaluate((kind) => {
    const id = window.__stores.useEditor.getState().workflow.id;
    return window.__twin.runs.triggered(id, { type: kind });
  }, type);
const shownRun = (page) => page.evaluate(() => window.__stores.useRuns.getState().view.run?.id);
const isShown = (page, id) =>
  page.waitForFunction((wanted) => window.__stores.useRuns.getState().view.run?.id === wanted, id);
const live = (page, text) => page.getByRole("banner").getByRole("button", { name: text });
const runButton = (page) => page.getByRole("button", { name: "Run", exact: true });

/** So many runs a second for so long; gives how many began. */
const flood = (page, perSecond, milliseconds) =>
  page.evaluate(
    ([rate, length]) =>
      new Promise((resolve) => {
        const id = window.__stores.useEditor.getState().workflow.id;
        const start = performance.now();
        let begun = 0;
        const frame = (now) => {
          const due = Math.floor(((now - start) / 1000) * rate);
          for (; begun < due; begun += 1) window.__twin.runs.triggered(id, { type: "webhook" });
          if (now - start < length) requestAnimationFrame(frame);
          else resolve(begun);
        };
        requestAnimationFrame(frame);
      }),
    [perSecond, milliseconds],
  );

describe("a run that begins by itself", () => {
  test("is shown on the canvas as it goes, named beside the button, and moves nothing", async () => {
    const { page, context, errors } = await openRunnable(browser);
    await setPace(page, 1500);
    const place = await runButton(page).boundingBox();
    const first = await begin(page);
    await isShown(page, first);
    await live(page, "Running: webhook").waitFor();
    await page.waitForFunction(() => window.__stores.useRuns.getState().view.nodes.size > 0);
    assert.deepEqual(await runButton(page).boundingBox(), place);
    assert.equal(await panel(page).getByTestId("step").count(), 0, "the panel stays closed");
    await begin(page, "schedule");
    await begin(page);
    const last = await begin(page, "form");
    await live(page, "Running: form, 3 more").waitFor();
    await runIs(page, "success");
    await isShown(page, last);
    await runIs(page, "success");
    assert.equal(Object.keys(await states(page)).length, 3);
    await live(page, /^Running/).waitFor({ state: "hidden" });
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("does not take the place of a run the user started, nor of one that is looked at", async () => {
    const { page, context } = await openRunnable(browser);
    await setPace(page, 200);
    await runNow(page);
    await runIs(page, "running");
    const own = await shownRun(page);
    await begin(page);
    await live(page, "Running: webhook").waitFor();
    await runIs(page, "success");
    await begin(page);
    await page.waitForTimeout(900);
    assert.equal(await shownRun(page), own, "its data is looked at");
    // With the panel closed nobody looks at it any more.
    await page.keyboard.press("Control+l");
    const next = await begin(page);
    await isShown(page, next);
    await page.keyboard.press("Control+l");
    await step(page, "Order arrives").click();
    await runIs(page, "success");
    await begin(page);
    await page.waitForTimeout(900);
    assert.equal(await shownRun(page), next, "a step of it was chosen");
    await context.close();
  });

  test("does not take the place of a past run, and can be gone to and cancelled from the list", async () => {
    const { page, context } = await openRunnable(browser);
    await runNow(page);
    await runIs(page, "success");
    await panel(page).getByText("All runs").click();
    await panel(page)
      .getByRole("button", { name: /By hand/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Back to now" }).waitFor();
    const past = await shownRun(page);
    await setPace(page, 3000);
    const first = await begin(page);
    const second = await begin(page, "schedule");
    await live(page, "Running: schedule, 1 more").click();
    assert.equal(await shownRun(page), past);
    await page.getByRole("button", { name: "Cancel this run" }).first().click();
    await page.waitForFunction((id) => window.__twin.runs.run(id).summary.status === "canceled", second);
    await page.getByRole("menuitem", { name: /Webhook/ }).click();
    await isShown(page, first);
    await page
      .getByRole("banner")
      .getByRole("button", { name: /^Cancel/ })
      .waitFor();
    await context.close();
  });
});

describe("a flood of runs", () => {
  test("of 100 a second leaves the window quick: few are shown, few questions are asked, the list is live", async () => {
    const { page, context, errors } = await openRunnable(browser);
    await setPace(page, 10);
    await page.keyboard.press("Control+l");
    await panel(page).getByText("All runs").click();
    const before = (await calls(page, "list_runs")).length;
    const flooding = flood(page, 100, 4000);
    await panel(page)
      .getByRole("button", { name: /Webhook/ })
      .first()
      .waitFor();
    await live(page, /^Running: webhook, \d/).waitFor();
    const begun = await flooding;
    assert.ok(begun >= 390, `${begun} runs began`);
    const watched = (await calls(page, "watch_run")).length;
    const listed = (await calls(page, "list_runs")).length - before;
    assert.ok(watched >= 2 && watched <= 14, `${watched} runs were followed`);
    assert.ok(listed >= 6 && listed <= 40, `${listed} lists were read`);
    await live(page, /^Running/).waitFor({ state: "hidden" });
    assert.deepEqual(errors, []);
    await context.close();
  });
});
