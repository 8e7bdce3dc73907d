/** The main story in the real window, with the built-in assistant: no key, no network. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { newHome, start } from "./support/app.mjs";
import { Key } from "./support/webdriver.mjs";

const REQUEST = "When a webhook arrives, check that amount is over 100 and send a Slack message";

test("a person asks, looks, accepts some, undoes, accepts all, closes and finds everything again", async (t) => {
  const home = await newHome(t);
  const app = await start(t, home);
  await app.picture("story-1-first-start");
  await app.newWorkflow();
  await app.picture("story-2-empty-workflow");

  await app.ask(REQUEST);
  await app.until(
    "the answer to stream in",
    () => document.querySelector("[aria-busy=true]")?.innerText.trim().length > 20,
  );
  await app.find("button", "Accept all", 15_000);
  const proposed = await app.nodes("added");
  assert.equal(proposed.length, 3, `three nodes are proposed: ${proposed}`);
  assert.deepEqual(await app.nodes(), [], "nothing has changed yet");
  await app.picture("story-3-proposal");

  // Only the first node: the rest stays proposed.
  await app.click("button", "Accept");
  await app.until(
    "one node in the workflow",
    () => document.querySelectorAll("[data-testid=node]:not([data-mark])").length === 1,
  );
  await app.picture("story-4-one-accepted");
  await app.click("button", "Accept all");
  await app.showsNodes(proposed);
  await app.shows("Applied");
  await app.picture("story-5-all-accepted");

  await app.click("button", "Undo");
  await app.until(
    "one node after undo",
    () => document.querySelectorAll("[data-testid=node]:not([data-mark])").length === 1,
  );
  await app.click("button", "Redo");
  await app.showsNodes(proposed);

  const before = await app.text();
  await app.close();
  const again = await start(t, home);
  await again.showsNodes(proposed);
  await again.shows(REQUEST);
  await again.shows("Applied");
  await again.picture("story-6-opened-again");
  assert.ok(before.includes(REQUEST));

  // Undo survives the restart, and so does the keyboard's way to it.
  await again.session.press(Key.Escape);
  await again.click("button", "Undo");
  await again.until(
    "one node after undo",
    () => document.querySelectorAll("[data-testid=node]:not([data-mark])").length === 1,
  );
});

test("what is being written is kept through a reload at once, and a kill soon after", async (t) => {
  const home = await newHome(t);
  let app = await start(t, home);
  await app.newWorkflow();
  let written = "";
  const write = async (more) => {
    await app.session.type(await app.find("textbox", "Message to the assistant"), more);
    written += more;
  };
  const isThere = () =>
    app.until(
      `“${written}” in the field`,
      (text) => document.querySelector("#assistant-composer")?.value === text,
      10_000,
      written,
    );
  for (const more of ["half a sent", "ence, ", "é"]) {
    await write(more);
    await app.session.reload();
    await isThere();
  }
  for (const more of [" and", " more"]) {
    await write(more);
    await pause(150);
    await app.kill();
    app = await start(t, home);
    await isThere();
  }
});

test("an answer that streams is joined by a reloaded window and kept through a kill", async (t) => {
  const home = await newHome(t);
  const app = await start(t, home);
  await app.newWorkflow();
  await app.ask(REQUEST);
  await app.until(
    "the answer to stream in",
    () => document.querySelector("[aria-busy=true]")?.innerText.trim().length > 10,
  );
  await app.session.reload();
  await app.find("button", "Accept all", 15_000);
  await app.shows(REQUEST);

  await app.ask("What can you do?");
  await app.until(
    "the answer to stream in",
    () => document.querySelector("[aria-busy=true]")?.innerText.trim().length > 10,
  );
  await app.kill();
  const again = await start(t, home);
  await again.shows("What can you do?");
  await again.picture("kill-reopened");
});
