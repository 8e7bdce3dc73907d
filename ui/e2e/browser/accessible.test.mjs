/** Every main screen against the rules of WCAG 2.2 A and AA that a program can check, in light and in dark. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { send, settled, startBrowser } from "./support/assistant.mjs";
import { node } from "./support/editor.mjs";
import { failNext, interruptNext, openRunnable, panel, runIs, runNow, step } from "./support/runs.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** What breaks a rule on the page as it is, one line each. */
async function broken(page) {
  // Styles on their way from one state to another have colours of neither.
  await page.waitForTimeout(250);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), RULES);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, html, any }) =>
        `${id} at ${target.join(" ")} ${html.slice(0, 160)}: ${any.map(({ message }) => message).join(" ")}`,
    ),
  );
}

/** How to get to each screen, from nothing. */
const SCREENS = {
  "the list of workflows": () => browser.home(),
  "an empty workflow": () => browser.open(),
  "runs of all workflows": async () => {
    const opened = await openRunnable(browser);
    await runNow(opened.page);
    await runIs(opened.page, "success");
    await opened.page.getByRole("button", { name: "Back to workflows" }).click();
    await opened.page.getByText("Runs", { exact: true }).click();
    await opened.page.getByRole("list", { name: "Runs" }).getByRole("listitem").first().waitFor();
    return opened;
  },
  "a data table": async () => {
    const opened = await browser.home();
    await opened.page.evaluate(() => window.__twin.tables.add("Customers", [{ name: "name", kind: "text" }], 500));
    await opened.page.getByText("Data tables", { exact: true }).click();
    await opened.page.getByText("Customers").click();
    await opened.page.getByRole("heading", { name: "Customers" }).waitFor();
    return opened;
  },
  "the form of a node": async () => {
    const opened = await openRunnable(browser);
    await node(opened.page, "Large order?").click();
    await opened.page.getByRole("complementary", { name: "Node settings" }).waitFor();
    return opened;
  },
  "the settings of a node": async () => {
    const opened = await openRunnable(browser);
    await node(opened.page, "Tell the warehouse").click();
    await opened.page.getByRole("tab", { name: "Settings" }).click();
    return opened;
  },
  "the quick-add": async () => {
    const opened = await openRunnable(browser);
    await opened.page.getByRole("region", { name: "Canvas" }).focus();
    await opened.page.keyboard.press("/");
    await opened.page.getByRole("dialog", { name: "Add a node" }).waitFor();
    return opened;
  },
  "the items of a step": async () => {
    const opened = await openRunnable(browser);
    await runNow(opened.page);
    await runIs(opened.page, "success");
    await step(opened.page, "Order arrives").click();
    return opened;
  },
  "a failed run": async () => {
    const opened = await openRunnable(browser);
    await failNext(opened.page, "Large order?", {
      error: { code: "not_granted", message: "The workflow may not reach 127.0.0.1:8080.", hint: "Allow it." },
      parameter: "conditions[0].left",
      item: 3,
      grant: { type: "host", host: "127.0.0.1", port: 8080 },
      detail: { body: "no" },
    });
    await runNow(opened.page);
    await runIs(opened.page, "error");
    return opened;
  },
  "a run that asks": async () => {
    const opened = await openRunnable(browser);
    await interruptNext(opened.page, "Large order?");
    await runNow(opened.page);
    await runIs(opened.page, "unknown");
    return opened;
  },
  "a past run": async () => {
    const opened = await openRunnable(browser);
    await runNow(opened.page);
    await runIs(opened.page, "success");
    await opened.page.getByRole("button", { name: "Take the run off the canvas" }).click();
    await panel(opened.page).getByRole("button", { name: "Show the last run" }).click();
    await opened.page.getByRole("button", { name: "Back to now" }).waitFor();
    return opened;
  },
  "a proposal": async () => {
    const opened = await openRunnable(browser);
    await opened.page.keyboard.press("Control+j");
    await send(opened.page, "Add a Slack message");
    await settled(opened.page);
    return opened;
  },
  "the commands": async () => {
    const opened = await openRunnable(browser);
    await opened.page.keyboard.press("Control+k");
    await opened.page.getByRole("textbox").first().waitFor();
    return opened;
  },
  ...Object.fromEntries(
    ["General", "Credentials", "Variables", "History of runs", "Webhooks", "OpenAI"].map((name) => [
      `the settings: ${name}`,
      async () => {
        const opened = await browser.open();
        await opened.page.keyboard.press("Control+,");
        const dialog = opened.page.getByRole("dialog", { name: "Settings" });
        await dialog.getByRole("button", { name, exact: false }).first().click();
        return opened;
      },
    ]),
  ),
};

for (const colorScheme of ["light", "dark"]) {
  describe(`in ${colorScheme}, nothing is unreadable, unnamed or out of reach`, () => {
    for (const [name, open] of Object.entries(SCREENS)) {
      test(name, async () => {
        const { page, context } = await open();
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.waitForFunction(
          (scheme) => document.documentElement.dataset.mantineColorScheme === scheme,
          colorScheme,
        );
        assert.deepEqual(await broken(page), []);
        await context.close();
      });
    }
  });
}
