/** What a run lacks is named before it begins, by the twin in the words of the core. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./support/assistant.mjs";
import { stored } from "./support/editor.mjs";
import { keepMail, runIs, runNow } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** Nodes in a row that begin with a manual trigger; each is [label, connector, action, config, settings]. */
const chain = (...nodes) => [["Start", "manual", "start", {}], ...nodes];
const ask = (label, provider) => [label, "llm", "prompt", { prompt: "Hello", ...(provider ? { provider } : {}) }];
const call = (label, workflow_id) => [label, "subworkflow", "execute_workflow", { workflow_id }];
const ROWS = ["Rows", "data_table", "get_rows", { table: "nowhere" }];

/** Puts a workflow into the core, or more nodes into one that is there. Returns its identifier. */
const keep = (page, name, nodes, id) =>
  page.evaluate(
    async ([title, list, known]) => {
      const core = window.__transport;
      const workflow_id = known ?? (await core.call("create_workflow", { name: title, description: "" })).id;
      const { workflow, version } = await core.call("open_workflow", { workflow_id });
      const old = version.definition.nodes.at(-1)?.id;
      const ids = list.map(() => crypto.randomUUID());
      const actions = list.map(([label, connector_id, action_id, config, settings], place) => ({
        type: "add_node",
        id: ids[place],
        label,
        connector_id,
        action_id,
        config,
        position: { x: place * 300, y: 0 },
        ...(settings ? { settings } : {}),
      }));
      const sources = [old, ...ids].slice(0, ids.length);
      const edges = sources.flatMap((source, place) =>
        source ? [{ type: "add_edge", id: crypto.randomUUID(), source, target: ids[place] }] : [],
      );
      const request = { workflow_id, base_version: workflow.active_version, actions: [...actions, ...edges] };
      await core.call("edit_workflow", { request });
      return workflow_id;
    },
    [name, nodes, id],
  );

/** What keeps a workflow from running, as `path: message`; nothing when it begins. */
const refusal = (page, workflow_id) =>
  page.evaluate(
    (id) =>
      window.__transport.call("run_workflow", { request: { workflow_id: id, scope: { type: "whole" } } }).then(
        () => [],
        ({ problems }) => problems.map(({ path, message }) => `${path}: ${message}`),
      ),
    workflow_id,
  );

describe("what a run lacks", () => {
  test("a credential that was not chosen is named, its field opens, and choosing one is enough", async () => {
    const { page, context } = await browser.open({ workflow: "New order to warehouse" });
    await page.keyboard.press("Control+j");
    await page.evaluate(async () => {
      const { graph, submit } = window.__stores.useEditor.getState();
      const mail = [...graph.nodes.values()].find(({ data }) => data.connector_id === "email");
      await submit([{ type: "update_node", node_id: mail.id, config: { subject: "Thanks", body: "Yours" } }]);
    });
    await keepMail(page);
    await runNow(page);
    const refused = page.getByRole("alert", { name: "The run did not begin" });
    await refused.getByText("A credential is missing. Choose one in the node's settings.").waitFor();
    assert.equal(await refused.getByRole("listitem").count(), 1);
    const field = page.locator("[data-parameter='settings.credential_id']");
    await field.waitFor();
    await field.getByRole("combobox").or(field.getByRole("textbox")).first().click();
    await page.getByRole("option", { name: /Mail/ }).click();
    await field.getByRole("button", { name: "Edit the credential" }).waitFor();
    await stored(page);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await runIs(page, "success");
    await context.close();
  });

  test("a model without provider or key is named; a key for this session is one", async () => {
    const { page, context } = await browser.home();
    const off = { disabled: true };
    const nodes = [ask("Keyless", "openai"), ask("Unknown", "nobody"), ask("Default"), ask("Local", "ollama")];
    const id = await keep(page, "Asking", chain(...nodes, [...ask("Off", "nobody"), off]));
    const keyless =
      "nodes[1].data.config.provider: OpenAI needs an API key. Enter one in the settings, or choose a provider that needs none.";
    const others = [
      "nodes[2].data.config.provider: There is no model provider “nobody”. Name one of these in the node: openai, anthropic, " +
        "gemini, deepseek, openrouter, groq, mistral, ollama, lmstudio, llamacpp, custom.",
      "nodes[3].data.config.provider: The node needs a language model, and none is set up. Name a provider in the node, or " +
        "choose one as the default in Settings; a local one needs no key.",
    ];
    assert.deepEqual(await refusal(page, id), [keyless, ...others]);
    // A keychain that is locked may have a key; one that is not there has none.
    await page.evaluate(() => Object.assign(window.__twin.machine, { keychain: "locked" }));
    assert.deepEqual(await refusal(page, id), others);
    await page.evaluate(() => Object.assign(window.__twin.machine, { keychain: "ready" }));
    await page.evaluate(() =>
      window.__transport.call("set_key", { provider: "openai", key: "sk-1", session_only: true }),
    );
    assert.deepEqual(await refusal(page, id), others);
    await context.close();
  });

  test("what called workflows lack is named at the first call, with both workflows", async () => {
    const { page, context } = await browser.home();
    const inner = await keep(page, "Inner", chain(ROWS, ask("Ask", "openai")));
    const middle = await keep(page, "Middle", chain(call("Down", inner)));
    const outer = await keep(page, "Outer", chain(call("First", middle), call("Second", middle), call("Third", inner)));
    // They run each other.
    await keep(page, "Inner", [call("Up", outer), call("Self", inner)], inner);
    const table = "There is no data table “nowhere”. Make it, or choose another one.";
    const key = "OpenAI needs an API key. Enter one in the settings, or choose a provider that needs none.";
    assert.deepEqual(await refusal(page, outer), [
      `nodes[3].data.config.workflow_id: “Outer” runs “Inner”, whose node “Rows” cannot run: ${table}`,
      `nodes[3].data.config.workflow_id: “Outer” runs “Inner”, whose node “Ask” cannot run: ${key}`,
    ]);
    const chained = await keep(page, "Chained", chain(call("Only", middle)));
    assert.deepEqual(await refusal(page, chained), [
      `nodes[1].data.config.workflow_id: “Chained” runs “Middle”, which runs “Inner”, whose node “Rows” cannot run: ${table}`,
      `nodes[1].data.config.workflow_id: “Chained” runs “Middle”, which runs “Inner”, whose node “Ask” cannot run: ${key}`,
    ]);
    await context.close();
  });
});
