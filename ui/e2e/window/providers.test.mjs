/** Each wire format in the real window: a key entered in the settings goes into the real keyring and is used. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newHome, start } from "./support/app.mjs";
import { filesHolding } from "./support/files.mjs";
import { startModels } from "./support/models.mjs";

const KEY = "canary-key-7f3a91c2e5d84b06";
const REQUEST = "When a webhook arrives, check that amount is over 100 and send a Slack message";

for (const [provider, name] of [
  ["openai", "OpenAI"],
  ["anthropic", "Anthropic"],
  ["gemini", "Gemini"],
]) {
  test(`s1 ${name}: key into the keyring, answer, proposal, apply; the key is nowhere else`, async (t) => {
    const home = await newHome(t);
    const models = await startModels(t, { key: KEY });
    const app = await start(t, home);

    // Where the provider is and that it is the default: as the settings page stores it.
    const settings = await app.call("get_settings");
    settings.providers[provider] = { base_url: models.url, model: "test-model" };
    settings.default_provider = provider;
    await app.call("save_settings", { settings });

    await app.newWorkflow();
    await app.ask(REQUEST);
    await app.shows("API key", 10_000);
    await app.picture(`${provider}-1-key-missing`);
    await app.click("button", "Set the key");
    await app.fill("Key", KEY);
    await app.click("button", "Save");
    await app.shows("The key is in the keychain");
    await app.picture(`${provider}-2-key-saved`);
    await app.click("button", "Close");

    // What was typed is still there.
    assert.equal(await app.session.execute(() => document.querySelector("textarea").value), REQUEST);
    await app.click("button", "Send");
    await app.until("the answer to stream in", () =>
      document.querySelector("[aria-busy=true]")?.innerText.includes("webhook"),
    );
    await app.find("button", "Accept all", 20_000);
    await app.showsNodes(["Amount over 100", "Slack", "Webhook"], "added");
    await app.picture(`${provider}-3-proposal`);
    await app.click("button", "Accept all");
    await app.showsNodes(["Amount over 100", "Slack", "Webhook"]);

    const [asked] = models.asked;
    assert.equal(asked.format, provider);
    assert.equal(asked.key, KEY);
    assert.ok(!asked.url.includes(KEY));
    assert.ok(!JSON.stringify(asked.body).includes(KEY));
    assert.ok(!(await app.text()).includes(KEY));
    assert.ok((await app.text()).includes("for those that pass"));
    await app.close();
    assert.deepEqual(await filesHolding(home, KEY), []);
  });
}
