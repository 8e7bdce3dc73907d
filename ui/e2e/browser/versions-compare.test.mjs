/** Comparing an old version with the workflow as it is: nodes, parameters, settings, connections. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./support/assistant.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** A workflow that was changed in every way since its first version, with the list of versions open. */
async function openChanged() {
  const opened = await browser.open({ workflow: "New order to warehouse" });
  const { page } = opened;
  await page.evaluate(async () => {
    const { graph, submit } = window.__stores.useEditor.getState();
    const byLabel = (label) => [...graph.nodes.values()].find(({ data }) => data.label === label);
    const tell = byLabel("Tell the warehouse");
    const settings = { on_error: "continue", retry: { max_tries: 4, wait_ms: 2000 }, disabled: true };
    await submit([{ type: "update_node", node_id: tell.id, settings, config: { url: "https://example.com/new" } }]);
    await submit([{ type: "delete_node", node_id: byLabel("Thank the customer").id }]);
  });
  await page.getByRole("button", { name: "Versions", exact: true }).click();
  return { ...opened, versions: page.getByRole("complementary", { name: "Versions" }) };
}

describe("an old version", () => {
  test("is compared with the current one, settings included; a node leads to itself", async () => {
    const { context, versions, errors } = await openChanged();
    const comparison = versions.getByRole("region", { name: "Compared with the current version" });
    assert.equal(await comparison.count(), 0, "the current version is compared with nothing");
    await versions.getByRole("button", { name: /^1/ }).click();
    await comparison.waitFor();
    const text = await comparison.innerText();
    for (const told of [
      /Switched off\s+No\s+→\s+Yes/,
      /On error\s+End the run\s+→\s+Go on/,
      /Try again\s+No\s+→\s+4 tries, first wait 2,000 ms/,
      /url\s+\S+\s+→\s+https:\/\/example\.com\/new/,
      /1 connection removed/,
    ]) {
      assert.match(text, told);
    }
    await comparison.getByRole("img", { name: "Gone since then" }).waitFor();
    await comparison.getByRole("button", { name: "Thank the customer" }).click();
    await versions.getByRole("button", { name: "Back to current" }).click();
    await comparison.waitFor({ state: "detached" });
    assert.deepEqual(errors, []);
    await context.close();
  });
});
