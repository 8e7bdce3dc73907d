/** Running in the real window: built by chat, run, seen to fail, mended by the assistant, gone on with at the failed node. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newHome, start } from "./support/app.mjs";
import { startModels } from "./support/models.mjs";
import { startService } from "./support/service.mjs";

const KEY = "canary-key-7f3a91c2e5d84b06";
const CANARY = "Ada Canary Lovelace";

/** What the model says: first the workflow with a slip in it, then the correction of that slip. */
function script(url) {
  return (body) => {
    const text = JSON.stringify(body);
    const node = text.match(/Failed at node \\+"Total\\+" id \\+"([0-9a-f-]{36})/)?.[1];
    if (node === undefined) return builds(url);
    return {
      message: "The field is called `amount`. I correct the expression.",
      actions: [
        {
          type: "update_node",
          node_id: node,
          config: [{ name: "fields", value: JSON.stringify({ total: "={{ $json.amount.toFixed(2) }}" }) }],
        },
      ],
    };
  };
}

function builds(url) {
  return {
    message: "I start by hand, get the orders, keep the large ones and work out a total.",
    actions: [
      { type: "add_node", id: "a", connector_id: "manual", action_id: "start", label: "Start", config: {} },
      {
        type: "add_node",
        id: "b",
        connector_id: "http",
        action_id: "request",
        label: "Orders",
        config: { url: `${url}/orders` },
      },
      {
        type: "add_node",
        id: "c",
        connector_id: "if",
        action_id: "check",
        label: "Large",
        config: { conditions: [{ left: "={{ $json.amount }}", operator: "greater_than", right: 100 }] },
      },
      {
        type: "add_node",
        id: "d",
        connector_id: "set",
        action_id: "set_fields",
        label: "Total",
        config: { fields: { total: "={{ $json.amont.toFixed(2) }}" } },
      },
      { type: "add_edge", source: "a", target: "b" },
      { type: "add_edge", source: "b", target: "c" },
      { type: "add_edge", source: "c", target: "d", source_handle: "true" },
    ],
  };
}

test("a6 built by chat, run, failed, explained, corrected, gone on with, green", async (t) => {
  const home = await newHome(t);
  const orders = await startService(t, () => ({
    body: [
      { id: 1, amount: 250, name: CANARY },
      { id: 2, amount: 20, name: "Bob" },
      { id: 3, amount: 101.5, name: "Cy" },
    ],
  }));
  const models = await startModels(t, { key: KEY, answer: script(orders.url), pauseMs: 2 });
  const app = await start(t, home);
  const settings = await app.call("get_settings");
  settings.providers.openai = { base_url: models.url, model: "test-model" };
  settings.default_provider = "openai";
  await app.call("save_settings", { settings });
  await app.call("set_key", { provider: "openai", key: KEY, session_only: true });

  await app.newWorkflow();
  await app.ask("Get the orders and total the large ones");
  await app.find("button", "Accept all", 20_000);
  await app.click("button", "Accept all");
  await app.showsNodes(["Large", "Orders", "Start", "Total"]);

  // Nothing on this machine is reached before the user allows it.
  await app.click("button", "Run");
  await app.find("button", "Allow", 20_000);
  await app.picture("run-1-not-granted");
  assert.equal(orders.asked.length, 0);
  await app.click("button", "Allow");
  await app.shows(`127.0.0.1:${orders.port}`);
  await app.picture("run-2-allow");
  await app.click("button", "Allow and retry");

  // The slip in the expression.
  await app.shows("Total", 20_000);
  await app.find("button", "Ask the assistant", 20_000);
  await app.until(
    "the failed node",
    () => document.querySelector("[aria-label='Why it failed']")?.textContent.includes("fields.total"),
    20_000,
  );
  await app.picture("run-3-failed");
  assert.equal(orders.asked.length, 1);

  await app.click("button", "Ask the assistant");
  await app.picture("run-4-question");
  await app.click("button", "Send");
  await app.find("button", "Accept 1", 20_000);
  await app.picture("run-5-correction");
  const asked = JSON.stringify(models.asked.at(-1).body);
  assert.ok(asked.includes("amount") && asked.includes(" number"), asked);
  assert.ok(!asked.includes(CANARY), "values are not told unless the user allows it");
  await app.click("button", "Accept 1");
  await app.shows("1 applied as version 3");

  // On from the failed node, with the corrected version: what succeeded is not done again.
  await app.click("button", "Retry from here");
  await app.picture("run-6-retry");
  await app.click("menuitem", "With the current version");
  await app.until(
    "a green run",
    () =>
      document.querySelector("section[aria-label=Run], [aria-label=Run]")?.textContent.includes("Succeeded in") ===
      true,
    20_000,
  );
  await app.picture("run-7-green");
  assert.equal(orders.asked.length, 1, "the orders were not fetched a second time");

  const [newest] = await app.call("list_runs", { filter: { limit: 1 } });
  assert.equal(newest.status, "success");
});
