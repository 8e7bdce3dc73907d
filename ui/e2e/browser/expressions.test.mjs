/** Expressions and code: the editor in the form and over the window, on real data of a run. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";
import { editor, node, stored } from "./support/editor.mjs";
import { give, openRunnable, pane, panel, runIs, runNow, step } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const ORDERS = [
  { json: { id: 1, email: "ada@example.com", total: 12, "order id": "A-1", customer: { name: "Ada", tags: ["x"] } } },
  { json: { id: 2, email: "bob@example.com", total: 99, "order id": "A-2", customer: { name: "Bob", tags: [] } } },
];

/** A page with a run of these items and the form of a node. */
async function openForm(label = "Thank the customer", { items = ORDERS, ...options } = {}) {
  const opened = await openRunnable(browser, options);
  const { page } = opened;
  await give(page, "Order arrives", items);
  await runNow(page);
  await runIs(page, "success");
  await node(page, label).click();
  await page.keyboard.press("Enter");
  const form = page.getByRole("complementary", { name: "Node settings" });
  await form.waitFor();
  return { ...opened, form };
}

const field = (form, name) => form.getByRole("textbox", { name, exact: true });
const toggle = (form, name) => form.getByRole("button", { name: `Expression for ${name}`, exact: true });
const preview = (page) => page.getByTestId("preview");
const suggestions = (page) => page.locator(".cm-tooltip-autocomplete li");
const text = (locator) =>
  locator.evaluate((element) => element.cmTile?.view?.state.doc.toString() ?? element.innerText);

/** Takes the suggestion; Enter right after the list has opened is meant for the text. */
async function pick(page) {
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
}

/** A parameter as it is stored once the typing has rested. */
async function parameter(page, label, name) {
  await page.waitForTimeout(700);
  await stored(page);
  const { truth } = await editor(page);
  return truth.nodes.find(({ data }) => data.label === label)?.data.config[name];
}

/** Replaces what is in the field. */
async function write(page, target, value) {
  await target.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  if (value !== "") await page.keyboard.insertText(value);
}

describe("the switch", () => {
  test("moves nothing, loses nothing, and shows that it is on", async () => {
    const { page, context, form, errors } = await openForm("Thank the customer", { height: 1000 });
    const subject = field(form, "Subject");
    await subject.fill("Your order");
    const below = form.locator("[data-parameter=body]");
    const places = async () => [await subject.boundingBox(), await below.boundingBox()];
    const before = await places();
    await toggle(form, "Subject").click();
    assert.equal(await toggle(form, "Subject").getAttribute("aria-pressed"), "true");
    await page.keyboard.type(" {{");
    await page.keyboard.type(" $json.id ");
    await page.keyboard.press("Escape");
    const box = await form.locator(".cm-editor").nth(1).boundingBox();
    const after = [box, await below.boundingBox()];
    assert.ok(Math.abs(after[1].y - before[1].y) <= 1, JSON.stringify([before, after]));
    await toggle(form, "Subject").click();
    assert.equal(await subject.inputValue(), "Your order");
    await toggle(form, "Subject").click();
    assert.equal(await text(subject), "Your order {{ $json.id }}");
    assert.equal(await parameter(page, "Thank the customer", "subject"), "=Your order {{ $json.id }}");
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("is thrown by typing an equals sign, and the typing goes on in the editor", async () => {
    const { page, context, form } = await openForm();
    const cc = field(form, "Copy to").or(field(form, "Cc")).first();
    await cc.click();
    await page.keyboard.type("=a");
    // The editor is loaded when it is first needed.
    await form.locator(".cm-editor.cm-focused").waitFor();
    await page.keyboard.type("{{ $json.id");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    assert.equal(await parameter(page, "Thank the customer", "cc"), "=a{{ $json.id}}");
    await context.close();
  });
});

describe("completion", () => {
  test("offers fields with type and example, nodes in quotation marks, methods with a line about each", async () => {
    const { page, context, form, errors } = await openForm();
    const to = field(form, "To");
    await write(page, to, "");
    await page.keyboard.type("{{ $json.");
    await suggestions(page).filter({ hasText: "email" }).waitFor();
    assert.match(await suggestions(page).filter({ hasText: "email" }).textContent(), /text · ada@example\.com/);
    assert.match(await suggestions(page).filter({ hasText: "customer" }).textContent(), /object/);
    await page.keyboard.type("order");
    await pick(page);
    assert.equal(await text(to), '{{ $json["order id"]}}');
    await page.keyboard.type(".toUpp");
    await page.locator(".cm-completionInfo").getByText("In capital letters.").waitFor();
    await pick(page);
    await preview(page).getByText("A-1", { exact: true }).waitFor();
    await write(page, to, "");
    await page.keyboard.type("{{ $('");
    await suggestions(page).filter({ hasText: "Order arrives" }).click();
    assert.equal(await text(to), "{{ $('Order arrives')}}");
    await page.keyboard.type(".item.json.em");
    await suggestions(page).filter({ hasText: "email" }).waitFor();
    await pick(page);
    await preview(page).getByText("ada@example.com", { exact: true }).waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("comes when asked for, goes with Escape, and the next Escape closes the form and keeps the text", async () => {
    const { page, context, form } = await openForm();
    const to = field(form, "To");
    await write(page, to, "Hi ");
    await page.keyboard.press("Control+Space");
    await suggestions(page).filter({ hasText: "{{ $json.email }}" }).waitFor();
    await page.keyboard.press("Escape");
    await suggestions(page).first().waitFor({ state: "detached" });
    assert.equal(await form.count(), 1);
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
    assert.equal(await parameter(page, "Thank the customer", "to"), "=Hi ");
    await context.close();
  });

  test("leaves Tab to the form", async () => {
    const { page, context, form } = await openForm();
    await field(form, "To").click();
    await page.keyboard.press("End");
    for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press("Tab");
    assert.equal(await field(form, "To").evaluate((element) => element === document.activeElement), false);
    assert.equal(await parameter(page, "Thank the customer", "to"), "={{ $json.email }}");
    await context.close();
  });
});

describe("the result", () => {
  test("is shown for the chosen item with its type", async () => {
    const { page, context, form } = await openForm();
    await write(page, field(form, "To"), "{{ $json.total }}");
    await preview(page).getByText("12", { exact: true }).waitFor();
    await preview(page).getByText("number", { exact: true }).waitFor();
    await preview(page).getByText("Item 1 of 2").waitFor();
    await preview(page).getByRole("button", { name: "Later item" }).click();
    await preview(page).getByText("99", { exact: true }).waitFor();
    assert.equal(await preview(page).getByRole("button", { name: "Later item" }).getAttribute("aria-disabled"), "true");
    await write(page, field(form, "To"), "{{ $json.customer.tags }}");
    await preview(page).getByText("list of 0", { exact: true }).waitFor();
    await write(page, field(form, "To"), "{{ $json.missing }}");
    await preview(page).getByText("Nothing for this item").waitFor();
    await context.close();
  });

  test("is the one of the latest text, however late earlier answers come", async () => {
    const { page, context, form } = await openForm();
    const to = field(form, "To");
    await page.evaluate(() => window.__twin.delay("preview_expression", 900));
    await write(page, to, "{{ $json.id }}");
    await page.waitForTimeout(400);
    await page.evaluate(() => window.__twin.delay("preview_expression", 0));
    await write(page, to, "{{ $json.total }}");
    await preview(page).getByText("12", { exact: true }).waitFor();
    await page.waitForTimeout(900);
    assert.match(await preview(page).textContent(), /12/);
    const asked = (await calls(page, "preview_expression")).length;
    await page.keyboard.type("abcdefghij", { delay: 10 });
    await page.waitForTimeout(500);
    assert.ok((await calls(page, "preview_expression")).length - asked <= 4);
    await context.close();
  });

  test("says what is wrong in words, at its place, and aloud", async () => {
    const { page, context, form } = await openForm();
    const to = field(form, "To");
    await write(page, to, "😀 {{ ($json.id }} x");
    await preview(page).getByText("`}` closes nothing that is open.").waitFor();
    const wrong = form.locator(".cm-problem");
    assert.equal(await wrong.textContent(), "}");
    assert.equal(await to.getAttribute("aria-invalid"), "true");
    const described = await to.getAttribute("aria-describedby");
    assert.match(await page.locator(`[id="${described}"]`).textContent(), /closes nothing/);
    await form.locator("[aria-live=polite]").filter({ hasText: "closes nothing" }).waitFor({ state: "attached" });
    await write(page, to, "{{ $json.id }}");
    await wrong.first().waitFor({ state: "detached" });
    await page.locator(`[id="${described}"]`).filter({ hasText: "Gives number: 1" }).waitFor({ state: "attached" });
    await context.close();
  });
});

describe("the large editor", () => {
  test("writes what is clicked or dragged from the data, and closes with Escape after the suggestions", async () => {
    const { page, context, form, errors } = await openForm();
    const to = field(form, "To");
    await write(page, to, "Hi ");
    await form.getByRole("button", { name: "Larger editor for To" }).click();
    const dialog = page.getByRole("dialog", { name: "To" });
    const large = field(dialog, "To");
    const arriving = dialog.getByRole("region", { name: "What arrives here" });
    await arriving.getByRole("button", { name: /^name/ }).click();
    assert.equal(await text(large), "Hi {{ $json.customer.name }}");
    const other = dialog.getByRole("region", { name: "Order arrives" });
    await other.getByRole("button", { name: /^email/ }).dragTo(large, { targetPosition: { x: 400, y: 10 } });
    assert.equal(await text(large), "Hi {{ $json.customer.name }}{{ $('Order arrives').item.json.email }}");
    await preview(page).getByText("Hi Adaada@example.com").waitFor();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("{{ $j");
    await suggestions(page).first().waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await dialog.count(), 1);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await form.count(), 1);
    assert.match(await parameter(page, "Thank the customer", "to"), /^=Hi .*\{\{ \$j\}\}$/);
    assert.deepEqual(errors, []);
    await context.close();
  });
});

describe("a field of a run", () => {
  test("is dragged into a fixed field, which becomes an expression, and into an editor at the place", async () => {
    const { page, context, form } = await openForm("Thank the customer", { height: 1000 });
    await step(page, "Thank the customer").click();
    const input = pane(page, "Input");
    await input.getByText("Schema", { exact: true }).click();
    const source = panel(page)
      .getByRole("treeitem", { name: /^email/ })
      .first();
    await source.dragTo(field(form, "Subject"));
    assert.match(await parameter(page, "Thank the customer", "subject"), /^=.*\{\{ .*json\.email \}\}$/);
    await source.dragTo(field(form, "To"), { targetPosition: { x: 12, y: 12 } });
    assert.match(await parameter(page, "Thank the customer", "to"), /json\.email/);
    await context.close();
  });
});

describe("code", () => {
  test("has numbered lines, completion of the same data, and Ctrl+Enter still runs", async () => {
    const { page, context, errors } = await openForm();
    await page.evaluate(async () => {
      const { graph, submit } = window.__stores.useEditor.getState();
      const from = [...graph.nodes.values()].find(({ data }) => data.label === "Order arrives");
      const id = crypto.randomUUID();
      await submit([
        {
          type: "add_node",
          id,
          connector_id: "code",
          action_id: "run_javascript",
          label: "Compute",
          position: { x: 300, y: 300 },
          config: { code: "return $input.all()" },
        },
        { type: "add_edge", id: crypto.randomUUID(), source: from.id, target: id },
      ]);
      window.__stores.useSelection.getState().inspect(id);
    });
    const form = page.getByRole("complementary", { name: "Node settings" });
    const code = field(form, "Code");
    await code.click();
    await form.locator(".cm-lineNumbers").waitFor();
    assert.equal(await form.getByRole("button", { name: "Expression for Code" }).count(), 0);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("const first = $input.");
    await suggestions(page).filter({ hasText: "all()" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("all();\nif (first) {\nreturn first");
    assert.equal(await text(code), "const first = $input.all();\nif (first) {\n  return first\n}");
    await form.getByRole("button", { name: "Larger editor for Code" }).click();
    const dialog = page.getByRole("dialog", { name: /Code/ });
    await field(dialog, "Code").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.match(await parameter(page, "Compute", "code"), /^const first/);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("that is JSON is checked with line and place, and becomes an expression with an equals sign", async () => {
    const { page, context, form } = await openForm("Tell the warehouse");
    const body = field(form, "Body");
    await form.locator("[data-parameter=body] .cm-content").waitFor({ state: "attached" });
    await body.scrollIntoViewIfNeeded();
    await body.click();
    await page.keyboard.insertText('{\n  "a": 1,\n}');
    await form.getByText("Line 3: There is a comma too many before this bracket.").waitFor();
    assert.equal(await form.locator(".cm-problem").textContent(), "}");
    await write(page, body, '{"a": 1}');
    await form.locator(".cm-problem").waitFor({ state: "detached" });
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("=");
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" ");
    assert.match(String(await text(field(form, "Body"))), /^\{"a": 1\} $/);
    assert.equal(await toggle(form, "Body").getAttribute("aria-pressed"), "true");
    await context.close();
  });
});

describe("hostile data", () => {
  test("w2_hidden_characters_megabytes_and_inherited_names_are_text_and_do_not_stop_the_window", async () => {
    const json = { flipped: "a\u202eb\u0000c", long: "x".repeat(1_000_000), "<img src=x onerror=alert(1)>": 1 };
    const items = [{ json }];
    const { page, context, form, errors, requests } = await openForm("Thank the customer", { items });
    await page.evaluate(() => {
      const [run] = window.__twin.runs.newestFirst(undefined);
      for (const { outputs, inputs } of run.steps) {
        for (const item of [...Object.values(outputs).flat(), ...inputs.flat()]) {
          Object.defineProperty(item.json, "__proto__", {
            value: { constructor: "own" },
            enumerable: true,
            configurable: true,
          });
        }
      }
    });
    const before = requests.length;
    const to = field(form, "To");
    await write(page, to, "{{ $json.long }}");
    await preview(page)
      .getByText(/^x{100}/)
      .waitFor();
    assert.ok((await preview(page).textContent()).length < 2_000);
    await write(page, to, "{{ $json.flipped }}");
    await preview(page).getByText("a‹U+202E›b‹U+0000›c").waitFor();
    await write(page, to, "");
    await page.keyboard.type("{{ $json.");
    await suggestions(page).filter({ hasText: "<img" }).waitFor();
    await page.keyboard.press("Escape");
    await write(page, to, "a\u202eb");
    await form.locator(".cm-specialChar").waitFor();
    const started = Date.now();
    await write(page, to, `{{ $json.id }} ${"y".repeat(1_000_000)}`);
    await page.keyboard.type("z");
    assert.ok(Date.now() - started < 10_000, `${Date.now() - started} ms`);
    await form.getByRole("button", { name: "Larger editor for To" }).click();
    const dialog = page.getByRole("dialog", { name: "To" });
    await dialog.getByText("<img src=x onerror=alert(1)>").first().waitFor();
    assert.equal(await page.locator("img:not(.cm-widgetBuffer)").count(), 0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.equal(wide, false);
    assert.equal(requests.length, before);
    assert.deepEqual(errors, []);
    await context.close();
  });
});

describe("a new name", () => {
  test("is followed by expressions in one step, which one undo takes back", async () => {
    const { page, context, form } = await openForm("Thank the customer");
    await write(page, field(form, "To"), "{{ $('Order arrives').item.json.email }}");
    await stored(page);
    await node(page, "Order arrives").click();
    await page.keyboard.press("Enter");
    const name = page.getByRole("textbox", { name: "Name of the node" });
    await name.fill("It's in");
    await page.waitForTimeout(900);
    assert.equal(await parameter(page, "Thank the customer", "to"), "={{ $('Order arrives').item.json.email }}");
    await name.press("Enter");
    await page.getByText("The expressions of one node that name it follow the new name.").waitFor();
    assert.equal(await parameter(page, "Thank the customer", "to"), "={{ $('It\\'s in').item.json.email }}");
    await page.evaluate(() => window.__stores.useEditor.getState().undo());
    assert.equal(await parameter(page, "Thank the customer", "to"), "={{ $('Order arrives').item.json.email }}");
    const { truth } = await editor(page);
    assert.ok(truth.nodes.some(({ data }) => data.label === "Order arrives"));
    await context.close();
  });
});

describe("a small window", () => {
  test("shows the field, its result and the large editor whole", async () => {
    const { page, context, form } = await openForm("Thank the customer", { width: 1000, height: 700 });
    await write(page, field(form, "To"), "{{ $json.customer }}");
    const inside = async (locator) => {
      const box = await locator.boundingBox();
      assert.ok(
        box.x >= 0 && box.y >= 0 && box.x + box.width <= 1000 && box.y + box.height <= 700,
        JSON.stringify(box),
      );
    };
    await preview(page).getByText("object", { exact: true }).waitFor();
    await inside(preview(page));
    await form.getByRole("button", { name: "Larger editor for To" }).click();
    const dialog = page.getByRole("dialog", { name: "To" });
    await inside(dialog);
    await inside(preview(page));
    await context.close();
  });
});
