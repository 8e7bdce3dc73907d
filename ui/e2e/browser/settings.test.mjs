/** Settings: keys, addresses, models, limits; what is typed is never lost and keys are never shown. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, openWorkflow, send, settled, startBrowser } from "./support/assistant.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const KEY = "sk-canary-0123456789";
const dialog = (page) => page.getByRole("dialog", { name: "Settings" });

async function openSettings(page, provider) {
  await page.keyboard.press("Control+,");
  await dialog(page).waitFor();
  if (provider) await openProvider(page, provider);
}

/** A provider's page: its name comes last in the list, after its state. */
function openProvider(page, provider) {
  return dialog(page)
    .getByRole("button", { name: new RegExp(`${provider}$`) })
    .click();
}

const machine = (page, change) => page.evaluate((values) => Object.assign(window.__twin.machine, values), change);

describe("keys", () => {
  test("are set with what was pasted trimmed, never shown, replaced and removed", async () => {
    const { page, context } = await browser.open();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await openSettings(page, "Anthropic");
    await dialog(page).getByText("Anthropic needs an API key.").waitFor();
    const input = dialog(page).getByLabel("Key", { exact: true });
    assert.equal(await input.getAttribute("type"), "password");
    await page.evaluate((key) => navigator.clipboard.writeText(`  ${key}\n`), KEY);
    await input.focus();
    await page.keyboard.press("Control+v");
    assert.equal(await input.inputValue(), KEY);
    await page.keyboard.press("Enter");
    await dialog(page).getByText("The key is in the keychain of this machine.").waitFor();
    assert.deepEqual(await calls(page, "set_key"), [{ provider: "anthropic", key: KEY, session_only: false }]);
    assert.equal(await dialog(page).getByLabel("New key").inputValue(), "");
    assert.ok(!(await page.content()).includes(KEY));
    assert.ok(!(await page.evaluate(() => JSON.stringify({ ...localStorage }))).includes(KEY));
    await dialog(page).getByRole("button", { name: "Remove" }).click();
    await dialog(page).getByText("No key is set.").waitFor();
    await context.close();
  });

  test("say when they come from the environment", async () => {
    const { page, context } = await browser.open();
    await openSettings(page, "Google Gemini");
    await dialog(page).getByText("The key comes from the environment variable GEMINI_API_KEY.").waitFor();
    await context.close();
  });

  for (const [state, title] of [
    ["missing", "This machine has no keychain"],
    ["locked", "The keychain is locked"],
    ["denied", "The keychain refuses Bridge"],
    ["waiting", "The keychain does not answer"],
  ]) {
    test(`s2_with_a_keychain_that_is_${state}_a_key_can_be_used_for_this_session`, async () => {
      const { page, context } = await browser.open();
      await machine(page, { keychain: state, keychainPatience: 1600 });
      await openSettings(page, "OpenAI");
      await dialog(page).getByLabel("Key", { exact: true }).fill(KEY);
      await page.keyboard.press("Enter");
      if (state === "waiting") await dialog(page).getByText("Waiting for the keychain.").waitFor();
      await dialog(page).getByText(title, { exact: true }).waitFor();
      assert.equal(await dialog(page).getByLabel("Key", { exact: true }).inputValue(), KEY);
      await dialog(page).getByRole("button", { name: "Use for this session only" }).click();
      await dialog(page).getByText("The key is used for this session only").first().waitFor();
      assert.equal((await calls(page, "set_key")).at(-1).session_only, true);
      await context.close();
    });
  }

  test("s2_a_keychain_that_hangs_keeps_nobody_from_writing", async () => {
    const { page, context } = await browser.open();
    await page.evaluate(() => {
      for (const name of ["list_providers", "keychain_state"]) window.__twin.delay(name, 20_000);
    });
    const started = Date.now();
    await openWorkflow(page, "Weekly report");
    await send(page, "hello");
    await page.getByText("You asked:").waitFor();
    assert.ok(Date.now() - started < 5000, `${Date.now() - started} ms`);
    await context.close();
  });

  test("lead to the provider's page after the address was shown", async () => {
    const { page, context } = await browser.open();
    await openSettings(page, "DeepSeek");
    await dialog(page).getByRole("button", { name: "Where do I get a key?" }).click();
    const question = page.getByRole("dialog", { name: "Open this address?" });
    assert.equal(await question.locator("[data-address]").textContent(), "https://platform.deepseek.com/api_keys");
    await question.getByRole("button", { name: "Open in the browser" }).click();
    await question.waitFor({ state: "hidden" });
    assert.deepEqual(await page.evaluate(() => window.__twin.machine.opened), [
      "https://platform.deepseek.com/api_keys",
    ]);
    await context.close();
  });
});

describe("settings", () => {
  test("keep what is typed from page to page, and ask before it is thrown away", async () => {
    const { page, context } = await browser.open();
    await openSettings(page, "OpenAI");
    await dialog(page).getByLabel("Base URL").fill("https://proxy.example/v1");
    await openProvider(page, "Anthropic");
    await openProvider(page, "OpenAI");
    assert.equal(await dialog(page).getByLabel("Base URL").inputValue(), "https://proxy.example/v1");
    await page.keyboard.press("Escape");
    await page.getByText("You have typed something that is not saved.").waitFor();
    await page.getByRole("button", { name: "Go back to it" }).click();
    assert.equal(await dialog(page).getByLabel("Base URL").inputValue(), "https://proxy.example/v1");
    await context.close();
  });

  test("check an address, keep it over an error, save it and reset it", async () => {
    const { page, context } = await browser.open();
    await openSettings(page, "OpenAI");
    const url = dialog(page).getByLabel("Base URL");
    const save = dialog(page).getByRole("button", { name: "Save" }).last();
    for (const [text, problem] of [
      ["ftp://x", "It begins with http:// or https://."],
      ["https://", "This is not a complete address."],
      ["https://me:secret@x.example", "No user name or password here"],
      ["https://x.example/v1?key=1", "Without ? and #"],
    ]) {
      await url.fill(text);
      await dialog(page).getByText(problem).waitFor();
      assert.equal(await save.isDisabled(), true);
    }
    const error = {
      code: "disk_full",
      message: "The disk is full.",
      hint: "Make room.",
      retryable: true,
      problems: [],
    };
    await page.evaluate((fault) => window.__twin.fail("save_settings", fault), error);
    await url.fill("http://127.0.0.1:9999/v1");
    await save.click();
    await dialog(page).getByText("The disk is full", { exact: true }).waitFor();
    assert.equal(await url.inputValue(), "http://127.0.0.1:9999/v1");
    await save.click();
    await dialog(page).getByRole("button", { name: "Reset" }).and(page.locator(":enabled")).waitFor();
    assert.equal(
      (await calls(page, "save_settings")).at(-1).settings.providers.openai.base_url,
      "http://127.0.0.1:9999/v1",
    );
    await dialog(page).getByRole("button", { name: "Reset" }).click();
    await page.waitForFunction(
      () => document.querySelector("[aria-label='Base URL']").value === "https://api.openai.com/v1",
    );
    await context.close();
  });

  test("refuse limits out of range and keep the text", async () => {
    const { page, context } = await browser.open();
    await openSettings(page);
    const limit = dialog(page).getByLabel("Longest answer");
    await limit.fill("12");
    await dialog(page).getByText("A whole number from 1,024 to 131,072.").waitFor();
    await page.keyboard.press("Enter");
    assert.deepEqual(await calls(page, "save_settings"), []);
    assert.equal(await limit.inputValue(), "12");
    await limit.fill("8192");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.__twin.calls.some(({ name }) => name === "save_settings"));
    assert.equal((await calls(page, "save_settings"))[0].settings.max_output_tokens, 8192);
    await context.close();
  });

  test("find servers on this machine", async () => {
    const { page, context } = await browser.open();
    await openSettings(page, "Ollama");
    await dialog(page).getByRole("button", { name: "Find local servers" }).click();
    await dialog(page).getByText("with 2 models").waitFor();
    await dialog(page).getByRole("button", { name: "LM Studio" }).click();
    await dialog(page).getByText("LM Studio does not answer").waitFor();
    await context.close();
  });

  test("change the theme at once", async () => {
    const { page, context } = await browser.open();
    await openSettings(page);
    await dialog(page).getByText("Dark", { exact: true }).click();
    await page.waitForFunction(() => document.documentElement.dataset.mantineColorScheme === "dark");
    assert.equal((await calls(page, "save_settings")).at(-1).settings.theme, "dark");
    await context.close();
  });

  test("the header changes provider and model, from the provider's own list or by name", async () => {
    const { page, context } = await browser.open();
    const picker = page.getByRole("button", { name: "Change provider and model" });
    await picker.click();
    await page.getByLabel("Provider", { exact: true }).selectOption("gemini");
    const search = page.getByRole("combobox", { name: "Model" });
    await page.getByRole("option", { name: "gemini-model-7" }).waitFor();
    await search.fill("model-7");
    await page.keyboard.press("Enter");
    await picker.filter({ hasText: "gemini-model-7" }).waitFor();
    await picker.click();
    await search.fill("my-own-model");
    await page.getByRole("option", { name: /Use “my-own-model”/ }).click();
    await picker.filter({ hasText: "my-own-model" }).waitFor();
    await send(page, "hello");
    await settled(page);
    const [{ request }] = await calls(page, "chat_stream");
    assert.deepEqual([request.llm_provider, request.model], ["gemini", "my-own-model"]);
    await context.close();
  });

  test("an unknown model leads to the list of models", async () => {
    const { page, context } = await browser.open();
    const error = {
      code: "model_not_found",
      message: "There is no model x.",
      hint: "Choose another.",
      retryable: false,
      problems: [],
    };
    await page.evaluate((fault) => window.__twin.fail("chat", fault), error);
    await send(page, "hello");
    await page.getByRole("button", { name: "Choose a model" }).click();
    await page.getByRole("listbox", { name: "Models of Built-in assistant" }).waitFor();
    await context.close();
  });
});

describe("the panel", () => {
  test("is resized and closed by keyboard, and remembers it", async () => {
    const { page, context } = await browser.open();
    const handle = page.getByRole("separator", { name: "Width of the assistant" });
    await handle.focus();
    const before = Number(await handle.getAttribute("aria-valuenow"));
    for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowLeft");
    assert.equal(Number(await handle.getAttribute("aria-valuenow")), before + 48);
    await page.keyboard.press("Control+j");
    await page.locator("aside[aria-label='Assistant, closed']").waitFor();
    await page.reload();
    await page.locator("aside[aria-label='Assistant, closed']").waitFor();
    await page.getByRole("button", { name: "Open the assistant" }).click();
    await page.waitForFunction(() => document.activeElement?.id === "assistant-composer");
    assert.equal(Number(await handle.getAttribute("aria-valuenow")), before + 48);
    await context.close();
  });

  test("offers what fits the canvas", async () => {
    const { page, context } = await browser.open();
    const names = () => page.getByRole("navigation", { name: "Quick actions" }).getByRole("button").allTextContents();
    assert.deepEqual(await names(), ["Add webhook trigger", "Build with AI"]);
    await page.getByRole("button", { name: "Build with AI" }).click();
    await page.waitForFunction(() =>
      document.getElementById("assistant-composer").value.startsWith("Build a workflow"),
    );
    await page.getByRole("button", { name: "Add webhook trigger" }).click();
    await page.getByRole("button", { name: "Optimise" }).waitFor();
    assert.deepEqual(await names(), ["Add action", "Add condition", "Optimise"]);
    await page.getByRole("button", { name: "Add condition" }).click();
    await page.getByRole("combobox", { name: "Search nodes" }).last().waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Search nodes");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("[data-testid=node]").length === 2);
    await context.close();
  });
});
