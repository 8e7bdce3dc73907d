/** Files of workflows in the real application: one of n8n comes in by the clipboard, and goes out through the system's dialog. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { newHome, start } from "./support/app.mjs";

const run = promisify(execFile);

const node = (name, type, typeVersion, x, y, parameters, more = {}) => ({
  id: name.toLowerCase().replaceAll(" ", "-"),
  name,
  type: `n8n-nodes-base.${type}`,
  typeVersion,
  position: [x, y],
  parameters,
  ...more,
});
const to = (name) => ({ node: name, type: "main", index: 0 });

const FOREIGN = {
  name: "Orders from n8n",
  active: true,
  nodes: [
    node("Every morning", "scheduleTrigger", 1.2, 0, 0, { rule: { interval: [{ triggerAtHour: 7 }] } }),
    node("Get orders", "httpRequest", 4.2, 220, 0, { url: "https://example.com/orders", options: {} }),
    node("Large?", "if", 2.2, 440, 0, {
      conditions: {
        combinator: "and",
        conditions: [
          { leftValue: "={{ $json.total }}", rightValue: 100, operator: { type: "number", operation: "gt" } },
        ],
      },
    }),
    node("Charge", "stripe", 1, 660, -80, { amount: 5 }, { credentials: { stripeApi: { id: "1", name: "Shop" } } }),
    node("Tell the team", "slack", 2.3, 660, 100, { channelId: "#orders", text: "=Small: {{ $json.id }}" }),
  ],
  connections: {
    "Every morning": { main: [[to("Get orders")]] },
    "Get orders": { main: [[to("Large?")]] },
    "Large?": { main: [[to("Charge")], [to("Tell the team")]] },
  },
};

/** Pastes a text onto the page, as the clipboard would. */
function paste(text) {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}

/** Waits for the system's dialog and answers it with a path. */
async function chooseFile(path) {
  for (let attempt = 0; ; attempt += 1) {
    const found = await run("xdotool", ["search", "--name", "^Export the workflow$"]).catch(() => null);
    if (found) break;
    if (attempt === 100) throw new Error("the dialog did not come");
    await pause(100);
  }
  await pause(500);
  await run("xdotool", ["key", "ctrl+a"]);
  await run("xdotool", ["type", "--delay", "20", path]);
  await run("xdotool", ["key", "Return"]);
}

const exists = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );

test("a workflow of n8n is pasted, looked at, and exported to a file", async (t) => {
  const home = await newHome(t);
  const app = await start(t, home);
  await app.find("button", "Import…");
  await app.session.execute(paste, JSON.stringify(FOREIGN));
  await app.showsNodes(FOREIGN.nodes.map(({ name }) => name));
  await app.shows("Not supported · n8n-nodes-base.stripe");
  await app.shows("Bridge has no counterpart of “n8n-nodes-base.stripe”");
  await app.picture("exchange-1-imported");

  const [imported] = await app.call("list_workflows");
  assert.deepEqual([imported.name, imported.active], ["Orders from n8n", false]);
  assert.deepEqual(await app.call("list_grants", { workflow_id: imported.id }), []);
  await app.click("button", "Charge");
  await app.shows("Kept settings");
  await app.picture("exchange-2-unsupported");

  const path = join(home, "orders.json");
  await app.click("button", "Workflow menu");
  await app.click("menuitem", "Export…");
  await chooseFile(path);
  await app.shows(`The workflow was exported to ${path}`);
  assert.equal(await exists(path), true);
  const text = await readFile(path, "utf8");
  const file = JSON.parse(text);
  assert.deepEqual([file.format, file.nodes.length, file.edges.length], ["bridge-workflow", 5, 4]);
  assert.equal(text.includes("credential_id"), false);
  const again = await app.call("import_workflows", { file: Buffer.from(text).toString("base64"), name: "" });
  const { version } = await app.call("open_workflow", { workflow_id: again[0].workflow.id });
  assert.deepEqual(version.definition.nodes, file.nodes);
});
