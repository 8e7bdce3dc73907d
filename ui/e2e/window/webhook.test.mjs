/**
 * Workflows that start by themselves, in the real application: a webhook that a program may call and a web page may not,
 * and a window that closes while the application goes on.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";
import { freePort, newHome, start } from "./support/app.mjs";
import { Key } from "./support/webdriver.mjs";

const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The application with webhooks on a port of its own. */
async function startWithPort(t) {
  const home = await newHome(t);
  const port = await freePort();
  const folder = join(home, "data/dev.bridge.desktop");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "settings.json"), JSON.stringify({ settings: { webhooks: { port } } }));
  const app = await start(t, home);
  return { app, home, port };
}

/** A workflow that answers a webhook with what it got, switched on through the window. */
async function activeWebhook(app) {
  await app.newWorkflow();
  const [workflow] = await app.call("list_workflows");
  const actions = [
    {
      type: "add_node",
      id: "in",
      connector_id: "webhook",
      action_id: "receive",
      label: "Incoming",
      position: { x: 0, y: 0 },
      config: { path: "orders", respond: "after_last_node" },
    },
    {
      type: "add_node",
      id: "set",
      connector_id: "set",
      action_id: "set_fields",
      label: "Answer",
      position: { x: 300, y: 0 },
      config: { fields: { got: "={{ $json.body.amount }}" }, keep_other_fields: false },
    },
    { type: "add_edge", source: "in", target: "set" },
  ];
  await app.call("edit_workflow", {
    request: { workflow_id: workflow.id, base_version: workflow.active_version, actions },
  });
  await app.session.reload();
  await app.showsNodes(["Answer", "Incoming"]);
  await app.click("button", "Inactive");
  await app.picture("webhook-1-activation");
  // The switch has the focus.
  await app.session.press(" ");
  await app.find("button", "Active");
  const triggers = await app.call("list_triggers", { workflow_id: workflow.id });
  await app.picture("webhook-2-active");
  await app.session.press(Key.Escape);
  return { workflow, url: triggers[0].url };
}

const runs = (app) => app.call("list_runs", { filter: { limit: 50 } });

test("x4 a program may call the webhook; a page in a browser may not, whatever it tries", async (t) => {
  const { app, port } = await startWithPort(t);
  const { url } = await activeWebhook(app);
  assert.ok(url.startsWith(`http://127.0.0.1:${port}/webhook/`), url);

  const answered = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ amount: 42 }),
  });
  assert.equal(answered.status, 200);
  assert.deepEqual(await answered.json(), { got: 42 });
  assert.equal((await runs(app)).length, 1);

  // A page of somebody else's, on this machine too, that even knows the whole address.
  const page = `<!doctype html><title>waiting</title><body><script>
    const url = ${JSON.stringify(url)};
    const tries = [
      fetch(url, { method: "POST", body: "amount=1", mode: "no-cors" }),
      fetch(url, { method: "POST", body: "{}", headers: { "content-type": "application/json" } }),
      fetch(url.replace("127.0.0.1", "localhost"), { method: "POST", body: "x", mode: "no-cors" }),
      new Promise((done) => { const image = new Image(); image.onload = image.onerror = done; image.src = url; }),
      Promise.resolve(navigator.sendBeacon(url, "amount=1")),
      new Promise((done) => {
        const frame = document.createElement("iframe");
        frame.name = "target"; frame.onload = done; document.body.append(frame);
        const form = document.createElement("form");
        form.action = url; form.method = "post"; form.target = "target"; document.body.append(form); form.submit();
        setTimeout(done, 2000);
      }),
    ];
    Promise.allSettled(tries).then(() => { document.title = "done"; });
  </script>`;
  const server = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(page));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.closeAllConnections() ?? server.close());
  const executablePath = BROWSERS.find((path) => path && existsSync(path));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  t.after(() => browser.close());
  const tab = await browser.newPage();
  await tab.goto(`http://localhost:${server.address().port}/`);
  await tab.waitForFunction(() => document.title === "done", null, { timeout: 20_000 });
  await pause(500);
  assert.equal((await runs(app)).length, 1, "no page has started a run");

  // The user's own visit to another address of this server shows nothing of workflows.
  const bare = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(bare.status, 404);
});

test("closing the window explains itself, keeps the webhook working, and quitting ends it", async (t) => {
  const { app } = await startWithPort(t);
  const { url } = await activeWebhook(app);
  const call = () => fetch(url, { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
  await app.closeWindow();
  await app.shows("keeps running");
  await app.picture("webhook-3-closing");
  await app.click("button", "Keep running");
  await pause(500);
  assert.equal((await call()).status, 200, "it goes on without a window");
  await app.call("quit").catch(() => {});
  await pause(1500);
  await assert.rejects(call(), "it has ended");
});
