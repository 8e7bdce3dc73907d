/** Credentials: secrets go in and never come out; they are tested, connected, chosen by nodes, and deleted knowingly. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";
import { editor, node, stored } from "./support/editor.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const SECRET = "canary-secret-4711";
const settings = (page) => page.getByRole("dialog", { name: "Settings" });
const dialog = (page) => page.getByRole("dialog", { name: /^(New credential|Credential)$/ });
const list = (page) => settings(page).getByRole("list", { name: "Credentials" });
const inspector = (page) => page.getByRole("complementary", { name: "Node settings" });

/** The page of credentials. */
async function openPage(options = {}) {
  const opened = await browser.open(options);
  await opened.page.keyboard.press("Control+,");
  await settings(opened.page).getByRole("button", { name: "Credentials" }).click();
  return opened;
}

/** Puts a credential into the core. Returns its identifier. */
const put = (page, draft) =>
  page.evaluate(async (given) => (await window.__transport.call("create_credential", { draft: given })).id, {
    session_only: false,
    ...draft,
  });

const BEARER = { name: "GitHub", kind: "bearer", hosts: ["api.github.com"], fields: { token: SECRET } };
const OAUTH = {
  name: "Google",
  kind: "o_auth2",
  hosts: ["sheets.googleapis.com"],
  fields: {
    authorization_url: "https://accounts.example.com/auth",
    token_url: "https://accounts.example.com/token",
    client_id: "bridge",
  },
};

async function shownNowhere(page) {
  assert.ok(!(await page.content()).includes(SECRET));
  assert.ok(!(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).includes(SECRET));
}

describe("a credential", () => {
  test("is made by the form of its kind, with every broken field named; its secret is never shown again", async () => {
    const { page, context, errors } = await openPage();
    await settings(page).getByRole("button", { name: "New credential" }).click();
    await dialog(page).getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "Header", exact: true }).click();
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByText("A credential needs a name.").waitFor();
    await dialog(page).getByText("Value is missing.").waitFor();
    await dialog(page).getByText("Name the host it may be sent to, such as api.example.com.").waitFor();
    await dialog(page).getByLabel("Name").fill("Shop");
    const secret = dialog(page).getByLabel("Value");
    assert.equal(await secret.getAttribute("type"), "password");
    await secret.fill(SECRET);
    await dialog(page).getByLabel("Hosts").fill("api.example.com\nhttps://x/y\napi.*.com");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page)
      .getByText(/https:\/\/x\/y: This is not a host.*api\.\*\.com: A \* stands only in front/)
      .waitFor();
    assert.equal(await secret.inputValue(), SECRET);
    await dialog(page).getByLabel("Hosts").fill("api.example.com\n*.example.org");
    await page.keyboard.press("Control+Home");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await list(page).getByText("Header · api.example.com, *.example.org").waitFor();
    assert.deepEqual((await calls(page, "create_credential")).at(-1).draft, {
      name: "Shop",
      kind: "header",
      hosts: ["api.example.com", "*.example.org"],
      fields: { value: SECRET },
      session_only: false,
    });
    await shownNowhere(page);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("keeps a secret that is left empty, and its public values", async () => {
    const { page, context } = await openPage();
    await put(page, {
      name: "Shop",
      kind: "basic",
      hosts: ["shop.example.com"],
      fields: { user: "me", password: SECRET },
    });
    await list(page).getByRole("button", { name: "Edit Shop" }).click();
    const password = dialog(page).getByLabel("Password");
    assert.equal(await password.getAttribute("placeholder"), "set");
    assert.equal(await password.inputValue(), "");
    await dialog(page).getByLabel("Name", { exact: false }).first().fill("Shop 2");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor({ state: "hidden" });
    await list(page).getByText("Shop 2").waitFor();
    assert.deepEqual((await calls(page, "update_credential")).at(-1).draft.fields, { user: "me" });
    await shownNowhere(page);
    await context.close();
  });

  test("whose secret may be missing can lose it", async () => {
    const { page, context } = await openPage();
    await put(page, {
      name: "Mail",
      kind: "smtp",
      hosts: [],
      fields: { host: "smtp.example.com", user: "me", password: SECRET },
    });
    await list(page).getByRole("button", { name: "Edit Mail" }).click();
    assert.equal(await dialog(page).getByLabel("Hosts").count(), 0);
    await dialog(page).getByRole("button", { name: "Remove" }).click();
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    assert.equal((await calls(page, "update_credential")).at(-1).draft.fields.password, "");
    await context.close();
  });

  for (const [state, title] of [
    ["missing", "This machine has no keychain"],
    ["locked", "The keychain is locked"],
  ]) {
    test(`s2_with_a_keychain_that_is_${state}_a_credential_is_kept_for_this_session`, async () => {
      const { page, context } = await openPage();
      await page.evaluate((keychain) => Object.assign(window.__twin.machine, { keychain }), state);
      await settings(page).getByRole("button", { name: "New credential" }).click();
      await dialog(page).getByLabel("Name").fill("GitHub");
      await dialog(page).getByLabel("Token").fill(SECRET);
      await dialog(page).getByLabel("Hosts").fill("api.github.com");
      await dialog(page).getByRole("button", { name: "Save" }).click();
      await dialog(page).getByText(title, { exact: true }).waitFor();
      assert.equal(await dialog(page).getByLabel("Token").inputValue(), SECRET);
      await dialog(page).getByRole("button", { name: "Use for this session only" }).click();
      await list(page).getByText("Bearer token, for this session only · api.github.com").waitFor();
      // Changing it later leaves it where it is.
      await list(page).getByRole("button", { name: "Edit GitHub" }).click();
      await dialog(page).getByLabel("Token").fill(`${SECRET}2`);
      await page.keyboard.press("Enter");
      await dialog(page).waitFor({ state: "hidden" });
      assert.equal((await calls(page, "update_credential")).at(-1).draft.session_only, true);
      await context.close();
    });
  }

  test("is tested against its host, and says what came of it", async () => {
    const { page, context } = await openPage();
    await put(page, BEARER);
    await list(page).getByRole("button", { name: "Test GitHub" }).click();
    await list(page).getByText("It works: the service took it.").waitFor();
    await page.evaluate(() => {
      window.__twin.credentials.outcome = {
        code: "key_rejected",
        message: "api.github.com did not accept it.",
        hint: "Make a new token.",
        retryable: false,
        problems: [],
      };
    });
    await list(page).getByRole("button", { name: "Test GitHub" }).click();
    await list(page).getByText("api.github.com did not accept it.").waitFor();
    await context.close();
  });

  test("is not thrown away half typed without a question; Escape closes one dialog at a time", async () => {
    const { page, context } = await openPage();
    await settings(page).getByRole("button", { name: "New credential" }).click();
    await dialog(page).getByLabel("Token").fill(SECRET);
    await page.keyboard.press("Escape");
    await dialog(page).getByRole("button", { name: "Go back to it" }).click();
    assert.equal(await dialog(page).getByLabel("Token").inputValue(), SECRET);
    await page.keyboard.press("Escape");
    await dialog(page).getByRole("button", { name: "Discard it" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await settings(page).waitFor();
    await page.keyboard.press("Escape");
    await settings(page).waitFor({ state: "hidden" });
    await context.close();
  });
});

const isConnected = (page) =>
  page.evaluate(() =>
    [...window.__twin.credentials.summaries.values()].some(({ secret_fields }) =>
      secret_fields.includes("access_token"),
    ),
  );

describe("connecting in the browser", () => {
  test("waits, can be cancelled for good, fails with a reason, and works", async () => {
    const { page, context } = await openPage();
    await put(page, OAUTH);
    await list(page).getByText("It is not connected yet. Connect it in the browser.").waitFor();
    await page.evaluate(() => Object.assign(window.__twin.credentials, { consentTakes: 600 }));
    await list(page).getByRole("button", { name: "Edit Google" }).click();
    await dialog(page).getByRole("button", { name: "Connect in the browser" }).click();
    await dialog(page).getByText("Waiting for you to agree in the browser, ten minutes at most.").waitFor();
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await dialog(page)
      .getByText(/^The sign-in was cancelled\./)
      .waitFor();
    // The person agrees after all: nobody waits for it.
    await page.waitForTimeout(900);
    assert.equal(await isConnected(page), false);
    await dialog(page).getByRole("button", { name: "Connect in the browser" }).click();
    await dialog(page).getByText("Waiting for you to agree").waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    await page.waitForTimeout(900);
    assert.equal(await isConnected(page), false);
    await list(page).getByRole("button", { name: "Edit Google" }).click();
    await page.evaluate(() =>
      Object.assign(window.__twin.credentials, {
        consentTakes: 50,
        refusal: { code: "permission_denied", message: "You said no.", hint: "", retryable: false, problems: [] },
      }),
    );
    await dialog(page).getByRole("button", { name: "Connect in the browser" }).click();
    await dialog(page).getByText("You said no.").waitFor();
    await page.evaluate(() => Object.assign(window.__twin.credentials, { refusal: null }));
    await dialog(page).getByRole("button", { name: "Connect in the browser" }).click();
    await dialog(page).getByText("Connected.", { exact: true }).waitFor();
    await context.close();
  });
});

describe("a node that needs a credential", () => {
  test("says so on its card and in its form, and gets one that is made in place", async () => {
    const { page, context, errors } = await browser.open({ workflow: "New order to warehouse" });
    await page.keyboard.press("Control+j");
    await node(page, "Thank the customer")
      .getByRole("img", { name: /Needs a credential/ })
      .waitFor();
    await node(page, "Thank the customer").click();
    await inspector(page).getByText("Needs a credential").waitFor();
    await inspector(page).getByRole("button", { name: "New…" }).click();
    await dialog(page).getByText("Mail sending (SMTP): An account that sends mail.").waitFor();
    await dialog(page).getByLabel("Name").first().fill("Team mail");
    await dialog(page).getByLabel("Host").fill("smtp.example.com");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor({ state: "hidden" });
    await stored(page);
    const { truth } = await editor(page);
    const { settings: kept } = truth.nodes.find(({ data }) => data.label === "Thank the customer").data;
    const [{ id }] = await page.evaluate(() => window.__transport.call("list_credentials", {}));
    assert.deepEqual(kept, { credential_id: id });
    await inspector(page).getByText("Needs a credential").waitFor({ state: "hidden" });
    await page.evaluate((credential_id) => window.__transport.call("delete_credential", { credential_id }), id);
    await inspector(page).getByText("Its credential is no longer there").waitFor();
    await node(page, "Thank the customer")
      .getByRole("img", { name: /Its credential is no longer there/ })
      .waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("is offered those of its kind only; a request asks once it is told to sign in", async () => {
    const { page, context } = await browser.open({ workflow: "New order to warehouse" });
    await put(page, BEARER);
    await put(page, {
      name: "Shop",
      kind: "basic",
      hosts: ["shop.example.com"],
      fields: { user: "me", password: "x" },
    });
    await node(page, "Tell the warehouse").click();
    assert.equal(await inspector(page).getByRole("combobox", { name: "Credential" }).count(), 0);
    await page.evaluate(async () => {
      const { graph, submit } = window.__stores.useEditor.getState();
      const found = [...graph.nodes.values()].find(({ data }) => data.label === "Tell the warehouse");
      await submit([{ type: "update_node", node_id: found.id, config: { authentication: "bearer" } }]);
    });
    await inspector(page).getByRole("combobox", { name: "Credential" }).click();
    assert.deepEqual(await page.getByRole("option", { name: /\(.*\.com\)/ }).allTextContents(), [
      "GitHub (api.github.com)",
    ]);
    await context.close();
  });

  test("is named before its credential is deleted", async () => {
    const { page, context } = await openPage({ workflow: "New order to warehouse" });
    const id = await put(page, BEARER);
    await page.evaluate(async (credential_id) => {
      const { graph, submit } = window.__stores.useEditor.getState();
      const found = [...graph.nodes.values()].find(({ data }) => data.label === "Tell the warehouse");
      await submit([{ type: "update_node", node_id: found.id, settings: { credential_id } }]);
    }, id);
    await list(page).getByRole("button", { name: "Delete GitHub" }).click();
    const question = page.getByRole("dialog", { name: "Delete this credential?" });
    await question.getByText("One workflow uses it:").waitFor();
    await question.getByText("New order to warehouse").waitFor();
    await page.keyboard.press("Escape");
    await settings(page).waitFor();
    await list(page).getByRole("button", { name: "Delete GitHub" }).click();
    await question.getByRole("button", { name: "Delete" }).click();
    await settings(page).getByText("No credentials yet.").waitFor();
    await context.close();
  });
});
