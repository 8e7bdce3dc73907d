/** Items of a run: a hundred thousand of them, hostile ones, paths, search, pins. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";
import { middle, node } from "./support/editor.mjs";
import { clipboard, give, giveMany, openRunnable, pane, panel, runIs, runNow, states, step } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** A page with a run whose first node put out these items, and that node selected. */
async function openWith(items, options) {
  const opened = await openRunnable(browser, options);
  const { page, context } = opened;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  if (typeof items === "number") await giveMany(page, "Order arrives", items);
  else await give(page, "Order arrives", items);
  await runNow(page);
  await runIs(page, "success");
  await step(page, "Order arrives").click();
  return { ...opened, output: pane(page, "Output") };
}

const view = (output, name) => output.getByText(name, { exact: true }).click();

describe("a hundred thousand items", () => {
  test("are scrolled to their end with a few pages read and a few rows drawn", async () => {
    const { page, context, output, errors } = await openWith(100_000);
    await output.getByText("100,000 items").waitFor();
    const rows = output.getByRole("grid", { name: "Items as a table" });
    await rows.getByText("customer0@example.com").waitFor();
    assert.ok((await output.getByTestId("item-row").count()) < 60);
    const before = (await calls(page, "step_output")).length;
    for (const place of [0.1, 0.35, 0.7, 1]) {
      await rows.evaluate((element, at) => element.scrollTo(0, element.scrollHeight * at), place);
      await page.waitForTimeout(30);
    }
    await rows.getByText("customer99999@example.com").waitFor();
    assert.ok((await output.getByTestId("item-row").count()) < 60);
    assert.ok((await calls(page, "step_output")).length - before <= 8);
    for (const { count } of await calls(page, "step_output")) assert.ok(count <= 200);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("are searched through to the end, and the view answers meanwhile", async () => {
    const { context, output } = await openWith(100_000);
    await output.getByLabel("Search the items").fill("customer98765@");
    await output.getByText("1 match", { exact: true }).waitFor({ timeout: 60_000 });
    const row = output.getByTestId("item-row");
    assert.equal(await row.count(), 1);
    assert.match(await row.textContent(), /^98,766/);
    await context.close();
  });

  test("are read page by page as JSON", async () => {
    const { context, output } = await openWith(100_000);
    await view(output, "JSON");
    await output.getByText("Items 1 to 200 of 100,000").waitFor();
    await output.getByRole("button", { name: "Later items" }).click();
    await output.getByText("Items 201 to 400 of 100,000").waitFor();
    await output.getByText('"customer200@example.com"').first().waitFor();
    await context.close();
  });
});

describe("wide and deep items", () => {
  const WIDE = [{ json: Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`field_${at}`, at])) }];
  const deep = (levels) => (levels === 0 ? "the end" : { inner: deep(levels - 1) });

  test("have all their columns in the table, sixty more at a time", async () => {
    const { context, output } = await openWith(WIDE);
    const columns = output.getByRole("columnheader");
    assert.equal(await columns.count(), 61);
    await output.getByRole("button", { name: "70 more fields" }).click();
    await output.getByRole("button", { name: "10 more fields" }).click();
    assert.equal(await columns.count(), 131);
    assert.equal(await output.getByRole("button", { name: "more field" }).count(), 0);
    await output.getByRole("gridcell", { name: "129", exact: true }).waitFor();
    await context.close();
  });

  test("are read to the innermost value as JSON", async () => {
    const { context, output } = await openWith([{ json: { inner: deep(59) } }]);
    await view(output, "JSON");
    const tree = output.getByRole("tree", { name: "Items as JSON" });
    await tree.evaluate((element) => element.scrollTo(element.scrollWidth, 55 * 20));
    const end = tree.getByText('"the end"');
    await end.waitFor();
    const [inside, around] = await Promise.all([end.boundingBox(), tree.boundingBox()]);
    assert.ok(inside.width > 50 && inside.x + inside.width <= around.x + around.width, JSON.stringify(inside));
    await context.close();
  });

  test("are dragged onto a parameter by any of their values, and what takes them is marked meanwhile", async () => {
    const { page, context } = await openWith([{ json: { total: 9000, email: "a@b.c" } }]);
    await step(page, "Tell the warehouse").click();
    await node(page, "Tell the warehouse").click();
    const input = pane(page, "Input");
    const target = page.locator("[data-parameter=url]");
    const from = await middle(input.getByRole("gridcell", { name: "a@b.c" }));
    const to = await middle(target);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 12 });
    await page.locator(":root[data-dragged=expression]").waitFor({ state: "attached" });
    await page.mouse.up();
    await page.locator(":root:not([data-dragged])").waitFor({ state: "attached" });
    await target.getByText("$json.email").waitFor();
    await context.close();
  });
});

describe("values", () => {
  const HOSTILE = [
    {
      json: {
        "<script>alert(1)</script>": "<img src=x onerror=alert(1)>",
        flipped: "a\u202eb",
        long: "x".repeat(300_000),
        __proto__x: "[link](javascript:alert(1))",
        nested: { "a b": [null, true, { 'q"': 1 }] },
      },
    },
  ];

  test("w2_w4_hostile_ones_are_text_in_every_view_and_keep_the_layout", async () => {
    const { page, context, output, errors, requests } = await openWith(HOSTILE);
    const before = requests.length;
    for (const name of ["Table", "JSON", "Schema"]) {
      await view(output, name);
      await output.getByText("<img src=x onerror=alert(1)>").first().waitFor();
      await output.getByText("‹U+202E›").first().waitFor();
      assert.equal(await output.locator("img, script, a").count(), 0);
    }
    const text = await output.textContent();
    assert.ok(text.length < 5_000, `${text.length}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.equal(wide, false);
    assert.equal(requests.length, before);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("are copied whole, and as expressions of the node itself and of others", async () => {
    const { page, context, output } = await openWith(HOSTILE);
    await view(output, "JSON");
    await output.getByText(/^"xxxx/).click();
    await page.getByRole("menuitem", { name: "Copy value" }).click();
    assert.equal((await clipboard(page)).length, 300_000);
    await output.getByText("1", { exact: true }).last().click();
    await page.getByRole("menuitem", { name: "Copy path" }).click();
    assert.equal(await clipboard(page), `{{ $('Order arrives').item.json.nested["a b"][2]["q\\""] }}`);
    await step(page, "Large order?").click();
    const input = pane(page, "Input");
    await input.getByText(/‹U/).first().click();
    await page.getByRole("menuitem", { name: "Copy path" }).click();
    assert.equal(await clipboard(page), "{{ $json.flipped }}");
    await context.close();
  });

  test("fold, and a field that is dragged onto a parameter becomes its expression", async () => {
    const { page, context } = await openWith([{ json: { total: 9000, email: "a@b.c", customer: { name: "Ada" } } }]);
    await step(page, "Tell the warehouse").click();
    const input = pane(page, "Input");
    await view(input, "JSON");
    await input.getByText('"Ada"').waitFor();
    await input.getByTestId("fold").nth(1).click();
    await input.getByText('"Ada"').waitFor({ state: "detached" });
    await view(input, "Schema");
    await node(page, "Tell the warehouse").click();
    const target = page.locator("[data-parameter=url]");
    await input.getByRole("treeitem", { name: /^email/ }).dragTo(target);
    await page.waitForFunction(() =>
      // What stood there stays in front of it.
      [...window.__stores.useEditor.getState().truth.nodes.values()].some(({ data }) =>
        /^=.*\{\{ \$json\.email \}\}$/.test(String(data.config.url)),
      ),
    );
    await context.close();
  });
});

describe("a pinned output", () => {
  test("is used instead of executing, can be edited and taken away", async () => {
    const { page, context, output } = await openWith(30);
    await output.getByRole("button", { name: /^Pin the output/ }).click();
    await output.getByText("Pinned", { exact: true }).waitFor();
    await node(page, "Order arrives").getByRole("img", { name: "Pinned output" }).waitFor();
    await output.getByRole("button", { name: "Edit the pinned output" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Items").fill("{oops");
    await dialog.getByText(/This is not JSON/).waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Pin" }).isDisabled());
    await dialog.getByLabel("Items").fill('[{"total": 7}]');
    await dialog.getByRole("button", { name: "Pin" }).click();
    await dialog.waitFor({ state: "detached" });
    await runNow(page);
    await page.waitForFunction(() => window.__twin.runs.runs.size === 2);
    await runIs(page, "success");
    assert.equal((await states(page))["Tell the warehouse"], undefined);
    await step(page, "Order arrives").click();
    await pane(page, "Output").getByRole("button", { name: "Unpin the output" }).click();
    await node(page, "Order arrives").getByRole("img", { name: "Pinned output" }).waitFor({ state: "detached" });
    await context.close();
  });
});

describe("the panel", () => {
  test("is resized by keyboard, remembers its height, and has tabs where it is narrow", async () => {
    const { page, context } = await openWith(5, { width: 1000, height: 700 });
    await panel(page).getByRole("tab", { name: "Input" }).click();
    await pane(page, "Input").waitFor();
    const edge = page.getByRole("separator", { name: "Height of the run panel" });
    const before = (await panel(page).boundingBox()).height;
    await edge.focus();
    await page.keyboard.press("ArrowUp");
    assert.equal((await panel(page).boundingBox()).height, before + 16);
    await page.keyboard.press("Control+l");
    assert.ok((await panel(page).boundingBox()).height < 40);
    await page.reload();
    await page.getByText("New order to warehouse").first().click();
    await page.getByRole("button", { name: "Open the run panel" }).click();
    assert.equal((await panel(page).boundingBox()).height, before + 16);
    await context.close();
  });
});
