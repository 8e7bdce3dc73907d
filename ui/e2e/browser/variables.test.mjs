/** Variables: added, renamed, changed, deleted and brought back, and offered to expressions. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./support/assistant.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const settings = (page) => page.getByRole("dialog", { name: "Settings" });
const list = (page) => settings(page).getByRole("list", { name: "Variables" });
const stored = (page) => page.evaluate(() => Object.fromEntries(window.__twin.variables));
const button = (page, name) => settings(page).getByRole("button", { name, exact: true });
const value = (page) => settings(page).getByLabel("Value", { exact: true });

async function openVariables(given = {}) {
  const opened = await browser.open();
  await opened.page.evaluate((values) => {
    for (const [name, value] of Object.entries(values)) window.__twin.variables.set(name, value);
  }, given);
  await toVariables(opened.page);
  return opened;
}

async function toVariables(page) {
  await page.keyboard.press("Control+,");
  await settings(page).getByRole("button", { name: "Variables" }).click();
  await settings(page).getByRole("heading", { name: "Variables" }).waitFor();
}

async function fill(page, name, kind, text) {
  await button(page, "New variable").click();
  await settings(page).getByLabel("Name", { exact: true }).fill(name);
  await settings(page).getByLabel("Kind").selectOption({ label: kind });
  if (kind === "Yes or no") await settings(page).getByText(text).click();
  else await value(page).fill(text);
  await button(page, "Save").click();
}

describe("variables", () => {
  test("of every kind are added, and kept as what they are", async () => {
    const { page, context, errors } = await openVariables();
    await settings(page).getByText("No variables yet.").waitFor();
    await fill(page, "base_url", "Text", "https://example.com");
    await fill(page, "limit", "Number", "12.5");
    await fill(page, "on", "Yes or no", "Yes (true)");
    await fill(page, "rates", "JSON", '{"EUR": [1, null]}');
    await list(page).getByText("rates", { exact: true }).waitFor();
    assert.deepEqual(await stored(page), {
      base_url: "https://example.com",
      limit: 12.5,
      on: true,
      rates: { EUR: [1, null] },
    });
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("say what is wrong with a name and a value before anything is stored", async () => {
    const { page, context } = await openVariables({ taken: 1 });
    await fill(page, "1st", "Number", "twelve");
    await settings(page).getByText("Letters, digits and _ only").waitFor();
    await settings(page).getByText("A number, such as 12 or 0.5.").waitFor();
    await settings(page).getByLabel("Name", { exact: true }).fill("taken");
    await settings(page).getByText("There is a variable taken already.").waitFor();
    assert.deepEqual(await stored(page), { taken: 1 });
    await context.close();
  });

  test("are renamed and changed at once, and come back after they were deleted", async () => {
    const { page, context } = await openVariables({ base: "a", other: 2 });
    await button(page, "Edit base").click();
    await settings(page).getByLabel("Name", { exact: true }).fill("base_url");
    await settings(page).getByText("Expressions that read $vars.base have to be changed by hand.").waitFor();
    await value(page).fill("b");
    await button(page, "Save").click();
    await list(page).getByText("base_url").waitFor();
    assert.deepEqual(await stored(page), { base_url: "b", other: 2 });
    await button(page, "Delete other").click();
    await page.getByText("The variable other was deleted.").waitFor();
    assert.deepEqual(await stored(page), { base_url: "b" });
    await page.getByRole("button", { name: "Undo" }).last().click();
    await list(page).getByText("other", { exact: true }).waitFor();
    assert.deepEqual(await stored(page), { base_url: "b", other: 2 });
    await context.close();
  });

  test("warn of what looks like a key, and lead to the credentials; what is typed stays", async () => {
    const { page, context } = await openVariables({ old: "ghp_0123456789abcdefghij" });
    await list(page).getByText("Looks like a password or a key").waitFor();
    await button(page, "New variable").click();
    await settings(page).getByLabel("Name", { exact: true }).fill("service");
    await value(page).fill("sk-proj-abcdefghijklmnop1234");
    await settings(page).getByRole("alert").getByText("looks like a password or a key").waitFor();
    await button(page, "Use a credential").click();
    await settings(page).getByRole("heading", { name: "Credentials" }).waitFor();
    await settings(page).getByRole("button", { name: "Variables" }).click();
    assert.equal(await settings(page).getByLabel("Name", { exact: true }).inputValue(), "service");
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog", { name: "Text that is not saved" }).waitFor();
    await context.close();
  });

  test("that the core refuses stay in the form, with the reason", async () => {
    const { page, context } = await openVariables();
    await page.evaluate(() =>
      window.__twin.fail("set_variable", {
        code: "disk_full",
        message: "The disk is full.",
        hint: "Make room and try again.",
        retryable: true,
        problems: [],
      }),
    );
    await fill(page, "a", "Text", "b");
    await settings(page).getByText("The disk is full.").waitFor();
    await button(page, "Save").click();
    await list(page).getByText("a", { exact: true }).waitFor();
    await context.close();
  });
});
