/** Items of a run with the keyboard alone: the table is a grid, JSON and schema are trees. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./support/assistant.mjs";
import { clipboard, give, openRunnable, pane, runIs, runNow, step } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const ITEMS = Array.from({ length: 1000 }, (_, index) => ({
  json: { id: index, email: `a${index}@example.com`, customer: { name: `N${index}`, tags: ["x", "y"] } },
}));

/** The output of the first node, with the focus on its view. */
async function openOutput(view) {
  const opened = await openRunnable(browser);
  const { page, context } = opened;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await give(page, "Order arrives", ITEMS);
  await runNow(page);
  await runIs(page, "success");
  await step(page, "Order arrives").click();
  const output = pane(page, "Output");
  const views = output.getByRole("radio", { name: view, exact: true });
  await views.focus();
  await page.keyboard.press("Space");
  const list = output.locator("[role=grid], [role=tree]");
  await list.waitFor();
  for (let tabs = 0; tabs < 4; tabs += 1) {
    if (await list.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  assert.ok(
    await list.evaluate((element) => element === document.activeElement),
    "the list has one place in the order",
  );
  return { ...opened, output, list };
}

/** What the active element says, when it is in view. */
const active = (list) =>
  list.evaluate(async (element) => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 60))));
    const found = document.getElementById(element.getAttribute("aria-activedescendant"));
    if (!found) return null;
    const [inner, outer] = [found.getBoundingClientRect(), element.getBoundingClientRect()];
    const inView =
      inner.top >= outer.top &&
      inner.bottom <= outer.bottom + 1 &&
      inner.left >= outer.left - 1 &&
      inner.left < outer.right - 20;
    const marked = getComputedStyle(found).outlineStyle === "solid";
    return `${found.getAttribute("aria-label") ?? found.textContent}${inView ? "" : " (out of view)"}${marked ? "" : " (not marked)"}`;
  });

/** Waits until the menu takes the keys. */
const inMenu = (page) => page.waitForFunction(() => document.activeElement?.closest("[role=menu]"));

const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};

describe("the table", () => {
  test("is gone through with arrows, pages and ends, and what is active stays in view", async () => {
    const { page, context, list, errors } = await openOutput("Table");
    assert.equal(await list.getAttribute("aria-rowcount"), "1001");
    assert.equal(await active(list), "0");
    await press(page, "ArrowDown", "ArrowDown", "ArrowRight");
    assert.equal(await active(list), "a2@example.com");
    await press(page, "Control+End");
    assert.match(await active(list), /"name":"N999".*\}$/);
    await press(page, "Home");
    assert.equal(await active(list), "999");
    await press(page, "ArrowDown", "ArrowLeft");
    assert.equal(await active(list), "999");
    await press(page, "PageUp");
    assert.match(await active(list), /^9[789]\d$/);
    await press(page, "Control+Home", "End", "ArrowRight");
    assert.match(await active(list), /"name":"N0".*\}$/);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("opens a value with Enter or Space, copies it and its path, and has the focus again", async () => {
    const { page, context, list } = await openOutput("Table");
    await press(page, "ArrowRight", "Enter");
    const menu = page.getByRole("menu");
    await menu.getByText("a0@example.com").waitFor();
    await inMenu(page);
    await press(page, "ArrowDown", "Enter");
    await page.getByText("The value was copied.").waitFor();
    assert.equal(await clipboard(page), "a0@example.com");
    await menu.waitFor({ state: "hidden" });
    assert.equal(await active(list), "a0@example.com");
    await press(page, "ArrowRight", "Space");
    await inMenu(page);
    await press(page, "ArrowDown", "ArrowDown", "Enter");
    await page.getByText("The path was copied.").waitFor();
    assert.equal(await clipboard(page), "{{ $('Order arrives').item.json.customer }}");
    await menu.waitFor({ state: "hidden" });
    await press(page, "Shift+F10");
    await inMenu(page);
    await press(page, "Escape");
    await menu.waitFor({ state: "hidden" });
    await press(page, "ArrowDown", "ArrowLeft", "ArrowLeft", "Control+c");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) === "1");
    await press(page, "Control+Shift+c");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes("item.json.id }}"));
    await context.close();
  });
});

describe("the JSON", () => {
  test("is a tree: keys fold, unfold and go up and down, and every level says what it is", async () => {
    const { page, context, list } = await openOutput("JSON");
    assert.equal(await list.getAttribute("role"), "tree");
    assert.equal(await active(list), "Item 1: 3 fields");
    await press(page, "ArrowRight", "ArrowDown", "ArrowDown");
    assert.equal(await active(list), "customer: 2 fields");
    const item = list.getByRole("treeitem", { name: "customer: 2 fields" }).first();
    assert.equal(await item.getAttribute("aria-level"), "2");
    assert.equal(await item.getAttribute("aria-posinset"), "3");
    assert.equal(await item.getAttribute("aria-setsize"), "3");
    await press(page, "ArrowLeft");
    assert.equal(await item.getAttribute("aria-expanded"), "false");
    await press(page, "ArrowDown");
    assert.equal(await active(list), "Item 2: 3 fields");
    await press(page, "ArrowUp", "ArrowRight", "ArrowRight", "ArrowRight");
    assert.equal(await active(list), 'name: "N0"');
    await press(page, "ArrowDown", "ArrowDown", "Control+Shift+c");
    await page.getByText("The path was copied.").waitFor();
    assert.equal(await clipboard(page), "{{ $('Order arrives').item.json.customer.tags[0] }}");
    await press(page, "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft");
    assert.equal(await active(list), "customer: 2 fields");
    await press(page, "End");
    assert.equal(await active(list), '1: "y"'.replace("1:", "2:"));
    await context.close();
  });
});

describe("the schema", () => {
  test("is a tree of fields whose paths are copied with the keyboard", async () => {
    const { page, context, list } = await openOutput("Schema");
    await press(page, "End", "ArrowLeft", "ArrowLeft");
    assert.match(await active(list), /^customer/);
    await press(page, "ArrowRight", "ArrowUp", "Enter");
    await inMenu(page);
    await press(page, "ArrowDown", "ArrowDown", "Enter");
    await page.getByText("The path was copied.").waitFor();
    assert.equal(await clipboard(page), "{{ $('Order arrives').item.json.email }}");
    await context.close();
  });
});
