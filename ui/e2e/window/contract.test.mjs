/**
 * The in-memory twin against the core: the same calls, in the same order, to both. What comes back must be alike but for
 * identifiers, times and sentences, or the browser's tests would prove things about a core that does not exist.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startBrowser } from "../browser/support/assistant.mjs";
import { newHome, start } from "./support/app.mjs";
import { CALLS } from "./support/calls.mjs";
import { alike, differences, shape } from "./support/differences.mjs";

/** A side under comparison: `call` returns what the command returned, or the error it refused with. */
async function bothSides(t) {
  const app = await start(t, await newHome(t));
  const browser = await startBrowser();
  t.after(() => browser.close());
  const { page } = await browser.home();
  const core = (name, args) =>
    app.call(name, args).then(
      (value) => ({ value }),
      (error) => ({ error: error.page ?? String(error) }),
    );
  const twin = (name, args) =>
    page.evaluate(
      ([name, args]) =>
        window.__transport.call(name, args).then(
          (value) => ({ value }),
          (error) => ({ error }),
        ),
      [name, args],
    );
  return { core, twin, page };
}

test("the twin answers as the core does", async (t) => {
  const { core, twin, page } = await bothSides(t);
  // The machine of this test has no keys in its environment.
  await page.evaluate(() => window.__twin.machine.environment.clear());
  const found = [];
  const ids = {};
  for (const [side, call] of Object.entries({ core, twin })) {
    const created = await call("create_workflow", { name: " Contract ", description: "" });
    ids[side] = created.value.id;
  }
  for (const [index, [name, argumentsFor, view = (value) => value]] of CALLS.entries()) {
    const answers = [];
    for (const [side, call] of Object.entries({ core, twin })) {
      const { value, error } = await call(name, argumentsFor(ids[side]));
      answers.push(alike(error === undefined ? { value: view(value) } : { error }));
    }
    found.push(...differences(...answers, `${index} ${name}`));
  }
  assert.equal(found.join("\n"), "");
});

test("what the twin proposes and decides has the shape of the core's", async (t) => {
  const { core, twin, page } = await bothSides(t);
  const request = (workflow_id) => ({ request: { workflow_id, message: "When a webhook arrives, post it to Slack" } });
  const opened = await answered(core, request);
  // The twin's assistant says what the built-in one said, so that both decide on the same actions.
  const { actions, content } = opened.history.messages.at(-1);
  await page.evaluate((answer) => window.__twin.conversations.script.next(answer), {
    text: content,
    reasoning: "",
    actions: actions.map(({ action }) => action),
  });
  const copied = await answered(twin, request);
  const found = differences(shape(opened), shape(copied), "answered");
  found.push(...differences(facts(opened.history), facts(copied.history), "described"));

  const [ours, theirs] = [await decided(core, opened), await decided(twin, copied)];
  found.push(...differences(shape(ours), shape(theirs), "decided"));
  assert.equal(found.join("\n"), "");
});

/** One answered request, and everything that can be asked about it. */
async function answered(call, request) {
  const created = await must(call, "create_workflow", { name: "Proposals", description: "" });
  const response = await must(call, "chat", request(created.id));
  const by_id = { workflow_id: created.id };
  return {
    response,
    history: await must(call, "history", { ...by_id, limit: null }),
    thread: await must(call, "thread", by_id),
    preview: await must(call, "preview_payload", request(created.id)),
    sent: await must(call, "sent_payloads", { message_id: response.message_id }),
    proposal: await must(call, "preview_proposal", { message_id: response.message_id, indexes: null }),
  };
}

/** What the user's decisions on an answer lead to. */
async function decided(call, { response, proposal, history }) {
  const { message_id } = response;
  const workflow_id = history.thread.workflow_id;
  const [first, ...rest] = proposal.applicable;
  const one = await must(call, "preview_proposal", { message_id, indexes: [first] });
  const apply = (indexes, hash) => call("apply_proposal", { request: { message_id, indexes, hash } });
  const reject = (indexes, reason) => call("reject_proposal", { request: { message_id, indexes, reason } });
  return {
    one,
    without_hash: alike(await apply([first], undefined)),
    wrong_hash: alike(await apply([first], "0".repeat(64))),
    unknown_index: alike(await apply([99], one.hash)),
    applied: await apply(one.applicable, one.hash),
    again: alike(await apply(one.applicable, one.hash)),
    rejected: await reject(rest, "Not now"),
    rejected_again: alike(await reject(rest, "Not now")),
    rejected_nothing: alike(await reject([], "Not now")),
    left: await must(call, "preview_proposal", { message_id, indexes: null }),
    history: await must(call, "history", { workflow_id, limit: null }),
    snapshot: await must(call, "open_workflow", { workflow_id }),
    cleared: await must(call, "clear_history", { workflow_id }),
    empty: await must(call, "history", { workflow_id, limit: null }),
  };
}

/** What is said about each action besides its words. */
function facts({ messages }) {
  const of = ({ index, problems, risks, depends_on, fields, decision }) => ({
    index,
    problems,
    risks,
    depends_on,
    fields: fields.length,
    decision,
  });
  return alike(messages.flatMap(({ actions }) => actions.map(of)));
}

async function must(call, name, args) {
  const { value, error } = await call(name, args);
  assert.equal(error, undefined, `${name}: ${JSON.stringify(error)}`);
  return value;
}
