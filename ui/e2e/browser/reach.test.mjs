/** What a workflow may reach, where webhooks are received, and what closing the window means. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const reach = (page) => page.getByRole("dialog", { name: "What this workflow may reach" });
const settings = (page) => page.getByRole("dialog", { name: "Settings" });
const question = (page) => page.getByRole("dialog", { name: "Bridge keeps running" });

async function openReach(page) {
  await page.getByRole("button", { name: "Workflow menu" }).click();
  await page.getByRole("menuitem", { name: "May reach…" }).click();
  await reach(page).waitFor();
}

describe("what a workflow may reach", () => {
  test("is added by hand, and taken back with a way to undo that", async () => {
    const { page, context, errors } = await browser.open({ workflow: "Weekly report" });
    await openReach(page);
    await reach(page).getByText("Nothing so far.").waitFor();
    await page.keyboard.type("127.0.0.1:8080");
    await page.keyboard.press("Enter");
    await reach(page).getByRole("listitem").filter({ hasText: "127.0.0.1:8080" }).waitFor();
    await page.keyboard.type("[::1]:5432");
    await page.keyboard.press("Enter");
    await reach(page).getByRole("listitem").filter({ hasText: "[::1]:5432" }).waitFor();
    await reach(page).getByText("Folder", { exact: true }).click();
    await reach(page).getByRole("textbox", { name: "Folder" }).fill("/srv/reports/");
    await reach(page).getByLabel("Files may be written, too").check();
    await reach(page).getByRole("button", { name: "Allow" }).click();
    await reach(page).getByText("read and write").waitFor();
    assert.deepEqual(
      (await calls(page, "add_grant")).map(({ grant }) => grant),
      [
        { type: "host", host: "127.0.0.1", port: 8080 },
        { type: "host", host: "::1", port: 5432 },
        { type: "folder", path: "/srv/reports", write: true },
      ],
    );
    await reach(page).getByRole("button", { name: "Remove 127.0.0.1:8080" }).press("Enter");
    await reach(page).getByRole("listitem").filter({ hasText: "127.0.0.1:8080" }).waitFor({ state: "detached" });
    assert.equal(await reach(page).getByRole("listitem").count(), 2);
    await page.waitForFunction(() => document.activeElement?.textContent === "Remove");
    await page.getByRole("button", { name: "Undo", exact: true }).last().click();
    await reach(page).getByRole("listitem").filter({ hasText: "127.0.0.1:8080" }).waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("is only what is whole and plain; each mistake is named and stays to be mended", async () => {
    const { page, context } = await browser.open({ workflow: "Weekly report" });
    await openReach(page);
    const host = reach(page).getByRole("textbox", { name: "Host and port" });
    for (const [text, problem] of [
      ["", "Type a host and a port."],
      ["localhost", "A host and a port, with a colon between."],
      ["http://localhost:80", "without http://"],
      ["localhost:80/admin", "without a path."],
      ["localhost:70000", "A port is from 1 to 65,535."],
      ["*.local:80", "no * here."],
      ["bad_host!:80", "is not a host's name or address."],
      ["[::zz]:80", "A host and a port"],
    ]) {
      await host.fill(text);
      await page.keyboard.press("Enter");
      await reach(page).getByText(problem).waitFor();
      assert.equal(await host.inputValue(), text);
    }
    await reach(page).getByText("Folder", { exact: true }).click();
    const folder = reach(page).getByRole("textbox", { name: "Folder" });
    for (const [text, problem] of [
      ["reports", "The whole path, from the root"],
      ["/srv/../etc", "A path without “..”"],
    ]) {
      await folder.fill(text);
      await page.keyboard.press("Enter");
      await reach(page).getByText(problem).waitFor();
    }
    assert.deepEqual(await calls(page, "add_grant"), []);
    await context.close();
  });
});

describe("where webhooks are received", () => {
  test("is set with every mistake at its field, and opening it to the network is warned of", async () => {
    const { page, context } = await browser.open();
    await page.keyboard.press("Control+,");
    await settings(page).getByRole("button", { name: "Webhooks" }).click();
    const port = settings(page).getByLabel("Port");
    for (const text of ["80", "65536", "http"]) {
      await port.fill(text);
      await port.press("Enter");
      await settings(page).getByText("A whole number from 1024 to 65535.").waitFor();
    }
    await port.fill("8123");
    await port.press("Enter");
    await page.waitForFunction(() => window.__twin.machine.settings.webhooks.port === 8123);
    await settings(page).getByRole("switch", { name: "Open to the network" }).press("Space");
    await settings(page)
      .getByText(/^Everyone in the same network can start your active workflows/)
      .waitFor();
    const names = settings(page).getByLabel("Names");
    await names.fill("hooks.example.com\nno host");
    await settings(page).getByRole("button", { name: "Save" }).click();
    await settings(page).getByText("“no host” is not a host's name, such as hooks.example.com.").waitFor();
    await names.fill("hooks.example.com\ntunnel.example.com:8443");
    await settings(page).getByRole("button", { name: "Save" }).click();
    await page.waitForFunction(() => window.__twin.machine.settings.webhooks.hosts.length === 2);
    assert.deepEqual(await page.evaluate(() => window.__twin.machine.settings.webhooks), {
      port: 8123,
      open: true,
      hosts: ["hooks.example.com", "tunnel.example.com:8443"],
    });
    await context.close();
  });
});

describe("closing the window", () => {
  /** A page with one workflow switched on, whose window the user closes. */
  async function closing() {
    const opened = await browser.open({ workflow: "New order to warehouse" });
    await opened.page.evaluate(async () => {
      const { workflow } = window.__stores.useEditor.getState();
      await window.__transport.call("set_active", { workflow_id: workflow.id, active: true });
      window.__twin.window.askClose();
    });
    await question(opened.page)
      .getByText(/in the tray while 1 workflow is switched on/)
      .waitFor();
    return opened;
  }
  const window = (page) =>
    page.evaluate(() => ({ hidden: globalThis.__twin.window.hidden, quit: globalThis.__twin.window.quit }));

  test("says that Bridge keeps running, and is not asked again", async () => {
    const { page, context } = await closing();
    await page.waitForFunction(() => document.activeElement?.textContent === "Keep running");
    await page.keyboard.press("Enter");
    await question(page).waitFor({ state: "hidden" });
    assert.deepEqual(await window(page), { hidden: true, quit: false });
    assert.equal(await page.evaluate(() => globalThis.__twin.machine.settings.knows_closing), true);
    await context.close();
  });

  test("hides the window even when nothing can be saved", async () => {
    const { page, context } = await closing();
    await page.evaluate(() => {
      const error = { code: "read_only", message: "Nothing can be saved.", hint: "", retryable: true, problems: [] };
      globalThis.__twin.fail("save_settings", error, 1);
    });
    await question(page).getByRole("button", { name: "Keep running" }).click();
    await question(page).waitFor({ state: "hidden" });
    assert.equal((await window(page)).hidden, true);
    await context.close();
  });

  test("quits when asked to, or does nothing", async () => {
    const { page, context } = await closing();
    await page.keyboard.press("Escape");
    await question(page).waitFor({ state: "hidden" });
    assert.deepEqual(await window(page), { hidden: false, quit: false });
    await page.evaluate(() => globalThis.__twin.window.askClose());
    await question(page).getByRole("button", { name: "Quit" }).click();
    await question(page).waitFor({ state: "hidden" });
    assert.deepEqual(await window(page), { hidden: false, quit: true });
    await context.close();
  });

  test("does not lose what is not saved without a word", async () => {
    const { page, context } = await closing();
    await page.evaluate(() => {
      const error = { code: "disk_full", message: "The disk is full.", hint: "", retryable: true, problems: [] };
      globalThis.__twin.fail("edit_workflow", error, 1000);
      const { graph, submit } = globalThis.__stores.useEditor.getState();
      const [first] = graph.nodes.values();
      void submit([{ type: "update_node", node_id: first.id, label: "New name" }]);
    });
    await page.waitForFunction(() => globalThis.__stores.useEditor.getState().blocked !== null);
    await question(page).getByRole("button", { name: "Quit" }).click();
    await question(page).getByText("Your last changes are not saved").waitFor();
    assert.equal((await window(page)).quit, false);
    await question(page).getByRole("button", { name: "Quit without them" }).click();
    await page.waitForFunction(() => globalThis.__twin.window.quit);
    await context.close();
  });
});
