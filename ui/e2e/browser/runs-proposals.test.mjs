/** The assistant beside runs: questions about a failure, and changes made or accepted while a run is going on. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, field, script, send, settled, startBrowser } from "./support/assistant.mjs";
import { editor, node, stored } from "./support/editor.mjs";
import { failNext, giveMany, openRunnable, panel, runIs, runNow, setPace, states } from "./support/runs.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const FAILURE = { error: { code: "service_failed", message: "The service answered 500.", hint: "" }, parameter: "url" };
const card = (page) => page.locator("[data-proposal]").last();
const button = (page, name) => card(page).getByRole("button", { name });
const assistant = (page) => page.keyboard.press("Control+j");
const ask = (page) => panel(page).getByRole("button", { name: "Ask the assistant" });

/** Changes the workflow as the user would. */
const submit = (page, actions) => page.evaluate((all) => window.__stores.useEditor.getState().submit(all), actions);

async function idsOf(page) {
  const { graph } = await editor(page);
  return Object.fromEntries(graph.nodes.map(({ id, data }) => [data.label, id]));
}

/** The sample workflow, with orders for both of its branches. */
async function open() {
  const opened = await openRunnable(browser);
  await giveMany(opened.page, "Order arrives", 150);
  return opened;
}

/** A run that has failed at the call. */
async function openFailed() {
  const opened = await open();
  await failNext(opened.page, "Tell the warehouse", FAILURE);
  await runNow(opened.page);
  await runIs(opened.page, "error");
  return opened;
}

/** A proposal of a node in front of the call. */
async function proposeFilter(page) {
  const { graph } = await editor(page);
  const edge = graph.edges.find(({ source_handle }) => source_handle === "true");
  const config = { conditions: [{ left: "={{ $json.total }}", operator: "exists" }] };
  const actions = [
    { type: "delete_edge", edge_id: edge.id },
    { type: "add_node", id: "filter", connector_id: "filter", action_id: "keep", label: "Only paid", config },
    { type: "add_edge", source: edge.source, target: "filter", source_handle: "true" },
    { type: "add_edge", source: "filter", target: edge.target },
  ];
  await script(page, { text: "Here it is.", actions });
  await send(page, "only the paid ones");
  await card(page).waitFor();
  await settled(page);
  await button(page, /^Accept all/).waitFor();
}

describe("a question about a failed run", () => {
  test("goes below what is being written, and is there once however often it is asked for", async () => {
    const { page, context, errors } = await openFailed();
    await assistant(page);
    await field(page).fill("By the way, call it ”Depot“ from now on.");
    for (let again = 0; again < 3; again += 1) await ask(page).click();
    const text = await field(page).inputValue();
    assert.match(text, /^By the way, call it ”Depot“ from now on\.\n\nThe node “Tell the warehouse” failed: /);
    assert.equal(text.split("failed:").length, 2, text);
    await page.getByRole("button", { name: "Ask without the run" }).click();
    assert.equal(await field(page).inputValue(), text, "the text stays");
    await ask(page).click();
    await field(page).press("End");
    await page.keyboard.type(" Thanks!");
    await ask(page).click();
    assert.match(await field(page).inputValue(), /Thanks!\n\nThe node/, "what was changed is the user's own");
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("is asked while another run is going on, and of the run it is about", async () => {
    const { page, context } = await openFailed();
    await ask(page).click();
    await setPace(page, 400);
    await runNow(page);
    await runIs(page, "running");
    await script(page, { text: "It is the service." });
    await field(page).focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await settled(page);
    const [{ request }] = await calls(page, "chat_stream");
    const [failed] = await page.evaluate(() =>
      window.__twin.runs
        .newestFirst()
        .map(({ summary }) => summary)
        .filter(({ status }) => status === "error"),
    );
    assert.equal(request.run.run_id, failed.id);
    await runIs(page, "success");
    await context.close();
  });

  test("is answered after the failing node was deleted, and the card leads nowhere wrong", async () => {
    const { page, context, errors } = await openFailed();
    const ids = await idsOf(page);
    await submit(page, [{ type: "delete_node", node_id: ids["Tell the warehouse"] }]);
    const why = panel(page).getByRole("region", { name: "Why it failed" });
    await why.getByText("Parameter url").waitFor();
    assert.equal(await why.getByRole("button", { name: "Parameter url" }).count(), 0);
    await ask(page).click();
    await script(page, { text: "That node is gone." });
    await field(page).press("Enter");
    await settled(page);
    await page.getByText("That node is gone.", { exact: true }).waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });
});

describe("a proposal and a run", () => {
  test("run with the proposal open, the stored workflow runs and not what is proposed", async () => {
    const { page, context, errors } = await open();
    await assistant(page);
    await proposeFilter(page);
    await node(page, "Only paid").waitFor();
    await runNow(page);
    await runIs(page, "success");
    assert.equal((await states(page))["Tell the warehouse"], "success");
    assert.equal(Object.keys(await states(page)).length, 4);
    assert.equal(
      await node(page, "Only paid")
        .getByRole("img", { name: /^Succeeded|^Success/ })
        .count(),
      0,
    );
    await button(page, /^Accept all/).click();
    await card(page)
      .getByText(/applied as version/)
      .waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("accepted while the run goes on, the run ends as it began; the next one has the change", async () => {
    const { page, context, errors } = await open();
    await assistant(page);
    await proposeFilter(page);
    await setPace(page, 300);
    await runNow(page);
    await runIs(page, "running");
    await button(page, /^Accept all/).click();
    await card(page)
      .getByText(/applied as version 3/)
      .waitFor();
    await runIs(page, "success");
    assert.equal(Object.keys(await states(page)).length, 4, "without the new node");
    await setPace(page, 20);
    await runNow(page);
    await page.waitForFunction(() => window.__stores.useRuns.getState().view.nodes.size === 5);
    await runIs(page, "success");
    assert.equal((await states(page))["Only paid"], "success");
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("undone and edited while the run goes on, down to an empty canvas, nothing breaks", async () => {
    const { page, context, errors } = await open();
    await setPace(page, 300);
    await runNow(page);
    await runIs(page, "running");
    const ids = Object.values(await idsOf(page));
    await submit(
      page,
      ids.map((node_id) => ({ type: "delete_node", node_id })),
    );
    await stored(page);
    assert.equal((await editor(page)).graph.nodes.length, 0);
    await page.getByRole("button", { name: "Undo" }).first().click();
    await page.waitForFunction(() => window.__stores.useEditor.getState().graph.nodes.size === 4);
    await runIs(page, "success");
    assert.equal(Object.keys(await states(page)).length, 4);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("deleted while it runs, the workflow's run ends, also for who brings it back", async () => {
    const { page, context, errors } = await open();
    await setPace(page, 400);
    await runNow(page);
    await runIs(page, "running");
    await page.getByRole("button", { name: /^Back/ }).click();
    const id = await page.evaluate(() => {
      const all = [...window.__twin.world.workflows.values()];
      return all.find(({ workflow }) => workflow.name === "New order to warehouse").workflow.id;
    });
    await page.evaluate((workflow_id) => window.__transport.call("delete_workflow", { workflow_id }), id);
    await page.getByText("New order to warehouse", { exact: true }).waitFor({ state: "detached" });
    await page.evaluate((workflow_id) => window.__transport.call("restore_workflow", { workflow_id }), id);
    await page.getByText("New order to warehouse", { exact: true }).click();
    await page.waitForFunction(() => window.__stores.useRuns.getState().last?.status === "canceled");
    assert.deepEqual(errors, []);
    await context.close();
  });
});

describe("a retry after changes", () => {
  test("without the failing node goes on to the end", async () => {
    const { page, context, errors } = await openFailed();
    const ids = await idsOf(page);
    await submit(page, [{ type: "delete_node", node_id: ids["Tell the warehouse"] }]);
    await panel(page).getByRole("button", { name: "Retry from here" }).click();
    await page.getByRole("menuitem", { name: /With the current version/ }).click();
    await runIs(page, "success");
    assert.equal((await states(page))["Thank the customer"], "success");
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("of the version that failed names the nodes of that version when something of it is gone", async () => {
    const { page, context } = await openFailed();
    const ids = await idsOf(page);
    // The order of nodes is another one now, and the credential that the old version names is gone.
    await submit(page, [{ type: "delete_node", node_id: ids["Order arrives"] }]);
    await page.evaluate(async () => {
      const [{ id }] = await window.__transport.call("list_credentials", {});
      await window.__transport.call("delete_credential", { credential_id: id });
    });
    await panel(page).getByRole("button", { name: "Retry from here" }).click();
    await page.getByRole("menuitem", { name: /which failed/ }).click();
    const refusal = page.getByRole("alert", { name: "The run did not begin" });
    await refusal.getByRole("button", { name: "Thank the customer" }).waitFor();
    assert.equal(await refusal.getByRole("button", { name: "Tell the warehouse" }).count(), 0);
    await context.close();
  });
});
