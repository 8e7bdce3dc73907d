/** Faults that only the real window can show: what it may load, who may open the data, and what it says when it can't. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { binary, environmentOf, newHome, start } from "./support/app.mjs";
import { filesHolding } from "./support/files.mjs";
import { startKeyring } from "./support/keyring.mjs";
import { startModels } from "./support/models.mjs";

/** No session bus, and so neither a keychain nor a way to find the first instance. */
const NO_BUS = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent/bus" };

const SESSION_KEY = "canary-session-key-19af";

/** A server that must not be asked for anything. */
async function startTrap(t) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request.url);
    response.end();
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, requests };
}

async function useModels(app, models) {
  const settings = await app.call("get_settings");
  settings.providers.custom = { base_url: models.url, model: "test-model" };
  settings.default_provider = "custom";
  await app.call("save_settings", { settings });
  await app.call("set_key", { provider: "custom", key: "a-key", session_only: true });
}

test("w1 w2 a hostile answer makes the window load nothing, run nothing and go nowhere", async (t) => {
  const trap = await startTrap(t);
  const message = [
    `![pixel](${trap.url}/image)`,
    `<img src="${trap.url}/html-image" onerror="window.__ran = 1"><script>window.__ran = 1</script>`,
    `<link rel="stylesheet" href="${trap.url}/style"><style>body{background:url(${trap.url}/css)}</style>`,
    `<iframe src="${trap.url}/frame"></iframe><meta http-equiv="refresh" content="0;url=${trap.url}/refresh">`,
    `[press here](${trap.url}/link?secret=1) and [this](javascript:window.__ran=1)`,
  ].join("\n\n");
  const models = await startModels(t, { key: "a-key", answer: { message, actions: [] } });
  const app = await start(t, await newHome(t));
  await useModels(app, models);
  await app.newWorkflow();
  await app.ask("Hello");
  await app.shows("press here");
  await pause(1_500);
  await app.picture("w1-hostile-answer");

  await app.click("link", "press here").catch(() => app.click("button", "press here"));
  await app.shows(`${trap.url}/link?secret=1`);
  await app.picture("w1-link-asks-first");
  const state = await app.session.execute(() => ({ ran: window.__ran ?? null, at: location.href }));
  assert.equal(state.ran, null);
  assert.match(state.at, /^(tauri:\/\/localhost|http:\/\/tauri\.localhost)/);
  assert.deepEqual(trap.requests, []);

  // Past the interface too: the page itself cannot reach a server.
  const reached = await app.session.executeAsync(
    (url) =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    `${trap.url}/fetch`,
  );
  assert.equal(reached, false);
  assert.deepEqual(trap.requests, []);
});

test("w3 the page can call the core's commands and nothing of the framework", async (t) => {
  const app = await start(t, await newHome(t));
  for (const command of ["plugin:store|load", "plugin:opener|open_url", "plugin:window|close", "plugin:event|emit"]) {
    await assert.rejects(app.call(command, { url: "https://example.com", path: "x", event: "changed" }), command);
  }
  assert.ok((await app.call("status")).version);
});

for (const [kind, says] of [
  ["missing", /keychain/i],
  ["locked", /locked|unlock/i],
  ["empty", /keyring|keychain/i],
  ["hanging", /answer|waiting/i],
]) {
  test(`s2 with a keychain that is ${kind} the window paints at once, says so, and takes a key for this session`, async (t) => {
    const home = await newHome(t);
    const app = await start(t, home, kind === "missing" ? NO_BUS : await startKeyring(t, kind));
    const paint = await app.until(
      "the first paint",
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    );
    assert.ok(paint <= 2_000, `first paint after ${paint} ms`);

    await app.newWorkflow();
    await app.click("button", "Settings");
    await app.click("button", "OpenAI");
    await app.fill("Key", SESSION_KEY);
    await app.click("button", "Save");
    const offer = await app.find("button", "this session", 70_000);
    assert.match(await app.text(), says);
    await app.picture(`s2-${kind}`);
    await app.session.click(offer);
    await app.shows("The key is used for this session");
    const providers = await app.call("list_providers");
    assert.equal(providers.find(({ id }) => id === "openai").key_source, "session");
    await app.close();
    assert.deepEqual(await filesHolding(home, SESSION_KEY), []);
  });
}

test("d11 a second start ends and leaves the first alone", async (t) => {
  const home = await newHome(t);
  const app = await start(t, home);
  const second = spawn(binary, [], { env: environmentOf(home), stdio: "ignore" });
  t.after(() => second.kill("SIGKILL"));
  const [code] = await once(second, "exit", { signal: AbortSignal.timeout(10_000) });
  assert.equal(code, 0);
  await app.newWorkflow();
  await app.shows("Saved");
});

test("d11 without a session bus the lock keeps a second instance from the data, and it says so", async (t) => {
  const home = await newHome(t);
  const first = await start(t, home, NO_BUS);
  await first.newWorkflow();
  const second = await start(t, home, NO_BUS);
  await second.shows("Another instance", 10_000);
  await second.picture("d11-second-instance");
  await assert.rejects(second.call("create_workflow", { name: "x", description: "" }));
  await first.shows("Saved");

  // Once the first has ended, trying again is enough.
  await first.close();
  for (let attempt = 0; attempt < 5 && !(await second.text()).includes("Saved"); attempt += 1) {
    await second.click("button", "Try again").catch(() => {});
    await pause(2_500);
  }
  assert.ok((await second.text()).includes("Saved"));
});

test("d8 d9 a database that cannot be used is named in the window, and its bytes stay", async (t) => {
  for (const [name, bytes] of [
    ["damaged", Buffer.alloc(8192, "not a database ")],
    ["empty", Buffer.alloc(0)],
  ]) {
    const home = await newHome(t);
    const folder = join(home, "data", "dev.bridge.desktop");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "bridge.db"), bytes);
    await writeFile(join(folder, "bridge.created"), "");
    const app = await start(t, home);
    await app.until(`a notice about the ${name} database`, () =>
      /database/i.test(document.querySelector("#root").textContent),
    );
    await app.picture(`d8-${name}`);
    const kept = await Promise.all(
      (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => readFile(join(entry.parentPath, entry.name))),
    );
    assert.ok(bytes.length === 0 || kept.some((content) => content.equals(bytes)), "the damaged bytes are kept");
    await app.close();
  }
});

test("the next start opens the workflow that was open, even when the program was killed at once", async (t) => {
  const home = await newHome(t);
  const first = await start(t, home);
  await first.newWorkflow();
  const place = await first.session.execute(() => location.hash);
  await first.kill();
  const second = await start(t, home);
  await second.find("textbox", "Message to the assistant");
  assert.equal(await second.session.execute(() => location.hash), place);
  await second.click("button", "Back to workflows");
  await second.find("heading", "Workflows");
  await second.close();
  const third = await start(t, home);
  await third.find("heading", "Workflows");
});

test("w6 after two starts that went wrong no workflow is opened by itself", async (t) => {
  const home = await newHome(t);
  const first = await start(t, home);
  await first.newWorkflow();
  await first.close();
  await writeFile(join(home, "data", "dev.bridge.desktop", "unfinished-starts"), "2");
  const safe = await start(t, home);
  await safe.find("heading", "Workflows");
  await safe.shows("did not come up");
  await safe.picture("w6-safe-start");
  // A window that works says so, and only then counts as a good start.
  const count = join(home, "data", "dev.bridge.desktop", "unfinished-starts");
  for (let tries = 0; existsSync(count) && tries < 100; tries += 1) await pause(100);
  await safe.close();
  const normal = await start(t, home);
  await normal.find("textbox", "Message to the assistant");
});
