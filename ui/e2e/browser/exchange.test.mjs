/** Importing and exporting: choosing, dropping and pasting a file, what to look at afterwards, and the file that is written. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./support/assistant.mjs";
import { editor, fail, focusCanvas, node, pasteText, selection, stored } from "./support/editor.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const OWN = {
  format: "bridge-workflow",
  version: 1,
  name: "Orders",
  nodes: [
    {
      id: "start",
      type: "trigger",
      position: { x: 0, y: 0 },
      data: { label: "Start", connector_id: "manual", action_id: "start", config: {} },
    },
    {
      id: "call",
      type: "action",
      position: { x: 320, y: 0 },
      data: {
        label: "Call the shop",
        connector_id: "http",
        action_id: "request",
        config: { url: "https://example.com" },
      },
    },
  ],
  edges: [{ id: "e1", source: "start", target: "call" }],
  credentials: [{ node: "call", kind: "bearer", name: "Shop" }],
};

const FOREIGN = {
  name: "<b>From elsewhere</b>",
  nodes: [
    { name: "When it starts", type: "n8n-nodes-base.shopTrigger", position: [0, 0], parameters: {} },
    { name: "Charge", type: "n8n-nodes-base.stripe", position: [220, 0], parameters: { amount: "<img src=x>" } },
  ],
  connections: { "When it starts": { main: [[{ node: "Charge", type: "main", index: 0 }]] } },
};

const asFile = (content, name = "orders.json") => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
});
const choose = (page, ...files) => page.getByLabel("File to import").first().setInputFiles(files);
const panel = (page) => page.getByRole("region", { name: "After the import" });

/** Drops a file on the window, as the browser would. */
const drop = (page, text, name) =>
  page.evaluate(
    ([content, called]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], called, { type: "application/json" }));
      const give = (type) =>
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      give("dragenter");
      const isHeld = document.body.innerText.length;
      give("dragover");
      return { prevented: !give("drop"), isHeld };
    },
    [text, name],
  );

describe("import", () => {
  test("a chosen file opens as a workflow that is switched off, with what to look at", async () => {
    const { page, context, errors } = await browser.home();
    await choose(page, asFile(OWN));
    await node(page, "Call the shop").waitFor();
    await panel(page).getByText("It used the credential “Shop” (bearer).").waitFor();
    await panel(page)
      .getByRole("button", { name: /Call the shop/ })
      .click();
    assert.deepEqual((await selection(page)).inspected, "call");
    const { graph } = await editor(page);
    assert.deepEqual(graph.edges, OWN.edges);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("the list can be closed, opened again, and dismissed for good", async () => {
    const { page, context } = await browser.home();
    await choose(page, asFile(OWN));
    await panel(page).getByRole("button", { name: "Close for now" }).click();
    await panel(page).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Workflow menu" }).click();
    await page.getByRole("menuitem", { name: "After the import…" }).click();
    await panel(page).getByRole("button", { name: "Dismiss" }).click();
    await panel(page).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Workflow menu" }).click();
    await page.getByRole("menuitem", { name: "Export…" }).waitFor();
    assert.equal(await page.getByRole("menuitem", { name: "After the import…" }).count(), 0);
    const kept = await page.evaluate(() => localStorage.getItem("bridge.imports"));
    assert.equal(kept.includes("Shop"), false);
    await context.close();
  });

  test("what Bridge does not know is shown as such, as text, and stays editable", async () => {
    const { page, context, requests } = await browser.home();
    const before = requests.length;
    await choose(page, asFile(FOREIGN));
    await node(page, "Charge").waitFor();
    assert.match(await node(page, "Charge").textContent(), /Not supported · n8n-nodes-base\.stripe/);
    await page.getByRole("button", { name: "<b>From elsewhere</b>" }).waitFor();
    await panel(page).getByText("2 things to look at").waitFor();
    await page.locator(".react-flow__edge").waitFor({ state: "attached" });
    await panel(page)
      .getByRole("button", { name: /^Charge/ })
      .click();
    await page.getByText("Kept settings").waitFor();
    await page.getByText('"amount": "<img src=x>"').waitFor();
    await page.getByLabel("Node settings").getByRole("textbox").first().fill("Charge the card");
    await page.keyboard.press("Enter");
    await stored(page);
    assert.equal((await editor(page)).graph.nodes[1].data.label, "Charge the card");
    assert.deepEqual(requests.slice(before), []);
    await context.close();
  });

  test("a dropped file is imported wherever it falls, and several one by one", async () => {
    const { page, context } = await browser.open();
    assert.equal((await drop(page, JSON.stringify(OWN), "orders.json")).prevented, true);
    await node(page, "Call the shop").waitFor();
    await page.getByRole("button", { name: "Back to workflows" }).click();
    await drop(page, JSON.stringify({ nodes: [], edges: [] }), "Nothing yet.json");
    await page.getByRole("button", { name: "Nothing yet", exact: true }).waitFor();
    await context.close();
  });

  test("the text of a workflow can be pasted onto the list and onto the canvas", async () => {
    const { page, context } = await browser.home();
    await page.evaluate(() => document.activeElement?.blur());
    await pasteText(page, "nothing");
    await pasteText(page, JSON.stringify(OWN));
    await node(page, "Call the shop").waitFor();
    await focusCanvas(page);
    await pasteText(page, JSON.stringify(FOREIGN));
    await node(page, "Charge").waitFor();
    assert.equal(await node(page, "Call the shop").count(), 0);
    await context.close();
  });

  test("what is refused says why and leaves nothing behind", async () => {
    const { page, context } = await browser.home();
    await choose(page, asFile("not a workflow", "a.json"));
    await page.getByText("The file is not JSON.").waitFor();
    await choose(page, asFile('{"a": 1}', "a.json"));
    await page.getByText("This is not a workflow.").waitFor();
    await choose(page, { ...asFile("", "a.json"), buffer: Buffer.alloc(17 << 20, 0x20) });
    await page.getByText("The file is larger than 16 MiB.").waitFor();
    assert.equal(await page.getByRole("list", { name: "Workflows" }).getByRole("listitem").count(), 3);
    await context.close();
  });

  test("undoing an import is deleting it", async () => {
    const { page, context } = await browser.home();
    await choose(page, asFile(OWN));
    await node(page, "Call the shop").waitFor();
    assert.equal(await page.getByRole("button", { name: "Undo" }).isDisabled(), true);
    await page.getByRole("button", { name: "Back to workflows" }).click();
    const row = page.getByRole("listitem", { name: "Orders", exact: true });
    await row.focus();
    await page.keyboard.press("Delete");
    await row.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await row.waitFor();
    await context.close();
  });
});

describe("export", () => {
  const written = (page) => page.evaluate(() => [...window.__twin.files.written]);

  test("the menus write the workflow without credentials", async () => {
    const { page, context } = await browser.home();
    const row = page.getByRole("listitem", { name: "Weekly report", exact: true });
    await row.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Export…" }).click();
    await page.getByText("The workflow was exported to /home/me/workflow.json.").waitFor();
    const [[path, text]] = await written(page);
    const file = JSON.parse(text);
    assert.deepEqual(
      [path, file.name, text.includes("credential_id")],
      ["/home/me/workflow.json", "Weekly report", false],
    );
    await choose(page, asFile(text));
    await page.getByRole("button", { name: "Workflow menu" }).click();
    await page.getByRole("menuitem", { name: "Export…" }).click();
    await page.waitForFunction(() => window.__twin.calls.filter(({ name }) => name === "export_workflow").length === 2);
    assert.deepEqual(JSON.parse((await written(page))[0][1]), file);
    await context.close();
  });

  test("closing the dialog does nothing, and a failure says why", async () => {
    const { page, context } = await browser.open();
    await page.evaluate(() => {
      window.__twin.files.chosen = null;
    });
    const ask = async () => {
      await page.getByRole("button", { name: "Workflow menu" }).click();
      await page.getByRole("menuitem", { name: "Export…" }).click();
    };
    await ask();
    await page.waitForFunction(() => window.__twin.calls.some(({ name }) => name === "export_workflow"));
    assert.deepEqual(await written(page), []);
    await fail(page, "export_workflow", "disk_full");
    await ask();
    await page.getByText("It is disk_full.").waitFor();
    await context.close();
  });
});
