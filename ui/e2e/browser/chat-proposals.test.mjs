/** Proposals: seen on the canvas, decided one by one or together, bound to what was shown. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, field, script, send, settled, startBrowser } from "./support/assistant.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const ASK = "When a webhook arrives, post it to Slack";
const card = (page) => page.locator("[data-proposal]").last();
const row = (page, index) => card(page).locator(`[data-row][data-index="${index}"]`);
const nodes = (page, mark) =>
  page.locator(mark ? `[data-testid=node][data-mark=${mark}]` : "[data-testid=node]:not([data-mark])");

async function propose(options) {
  const opened = await browser.open(options);
  await send(opened.page, ASK);
  await card(opened.page).waitFor();
  await card(opened.page)
    .getByRole("button", { name: /^Accept all/ })
    .waitFor();
  return opened;
}

/** A proposal of these actions in the open workflow. */
async function proposeActions(page, actions, text = "Here it is.") {
  await script(page, { text, actions });
  await send(page, "do it");
  await card(page).waitFor();
  await settled(page);
}

/** Changes the workflow as another window would, between two looks at a proposal. */
function changeElsewhere(page, quietly) {
  return page.evaluate((quiet) => {
    const { world } = window.__twin;
    const entry = [...world.workflows.values()].find(({ workflow }) => workflow.name === "Untitled workflow");
    const action = {
      type: "add_node",
      id: crypto.randomUUID(),
      connector_id: "webhook",
      action_id: world.catalog.find(({ id }) => id === "webhook").actions[0].id,
      label: "From elsewhere",
      position: { x: 0, y: 300 },
      config: {},
    };
    const { changed } = world;
    if (quiet) world.changed = () => undefined;
    world.store(entry, world.apply(entry, [action]), { type: "user" });
    if (quiet) world.changed = changed;
  }, quietly);
}

describe("a proposal", () => {
  test("is shown on the canvas before anything is applied, and can be hidden there", async () => {
    const { page, context } = await propose();
    await nodes(page, "added").nth(1).waitFor();
    assert.equal(await nodes(page).count(), 0);
    assert.deepEqual(await calls(page, "apply_proposal"), []);
    await card(page).getByRole("button", { name: "Hide on the canvas" }).click();
    await nodes(page, "added").first().waitFor({ state: "detached" });
    await card(page).getByRole("button", { name: "Show on the canvas" }).click();
    await nodes(page, "added").nth(1).waitFor();
    await context.close();
  });

  test("points at the node an item is about", async () => {
    const { page, context } = await propose();
    await row(page, 0).hover();
    await page.locator("[data-testid=node][data-highlighted]").waitFor();
    assert.match(await page.locator("[data-testid=node][data-highlighted]").textContent(), /Order arrives/);
    await context.close();
  });

  test("accepted whole is one version and one step to undo", async () => {
    const { page, context } = await propose();
    await card(page)
      .getByRole("button", { name: /^Accept all/ })
      .click();
    await card(page).getByText("3 applied as version 2").waitFor();
    await page.getByText("Applied 3 changes as version 2:").waitFor();
    assert.equal(await nodes(page).count(), 2);
    assert.equal(await nodes(page, "added").count(), 0);
    await card(page).getByRole("button", { name: "Undo" }).click();
    await nodes(page).first().waitFor({ state: "detached" });
    assert.equal((await calls(page, "undo")).length, 1);
    await context.close();
  });

  test("accepting one takes what it depends on, and says so before", async () => {
    const { page, context } = await propose();
    assert.match(await row(page, 2).textContent(), /Needs 1 and 2: accepted together/);
    await row(page, 2)
      .getByRole("button", { name: /Accept, with 1 and 2/ })
      .click();
    await card(page).getByText("3 applied as version 2").waitFor();
    await context.close();
  });

  test("is accepted in parts: the rest stays to be decided, also over a later edit", async () => {
    const { page, context } = await propose();
    await row(page, 1)
      .getByRole("button", { name: /^Accept/ })
      .click();
    await card(page).getByText("1 applied as version 2").waitFor();
    assert.equal(await row(page, 0).getAttribute("data-decision"), "pending");
    assert.equal(await nodes(page).count(), 1);
    assert.equal(await nodes(page, "added").count(), 1);
    await row(page, 0).getByRole("checkbox").click();
    await card(page)
      .getByRole("button", { name: /^Reject/ })
      .last()
      .waitFor();
    await context.close();
  });

  test("is rejected with a reason, which changes nothing and says so", async () => {
    const { page, context } = await propose();
    await card(page).getByRole("button", { name: "Reject all" }).click();
    await page.keyboard.type("not to Slack, please");
    await page.keyboard.press("Enter");
    await page
      .getByText("Rejected 3 changes. Nothing in the workflow has changed. Reason: not to Slack, please")
      .waitFor();
    const [{ request }] = await calls(page, "reject_proposal");
    assert.deepEqual([...request.indexes].sort(), [0, 1, 2]);
    assert.equal(request.reason, "not to Slack, please");
    assert.equal(await nodes(page).count(), 0);
    assert.equal(await nodes(page, "added").count(), 0);
    await context.close();
  });

  test("whose ground was rejected says so and cannot be applied", async () => {
    const { page, context } = await propose();
    await row(page, 0).getByRole("button", { name: "Reject" }).click();
    await row(page, 2).getByText("It builds on step 1, which was rejected.").waitFor();
    assert.equal(
      await row(page, 2)
        .getByRole("button", { name: /^Accept/ })
        .isDisabled(),
      true,
    );
    await card(page)
      .getByRole("button", { name: /^Accept 1/ })
      .click();
    await card(page).getByText("1 applied as version 2").waitFor();
    await context.close();
  });

  test("survives a reload and a later edit", async () => {
    const { page, context } = await browser.open();
    const [popup] = await Promise.all([
      page.waitForEvent("popup"),
      page.evaluate(() => void window.open(location.href)),
    ]);
    await send(popup, ASK);
    await card(popup)
      .getByRole("button", { name: /^Accept all/ })
      .waitFor();
    await changeElsewhere(page, false);
    await popup.reload();
    await nodes(popup, "added").nth(1).waitFor();
    await card(popup).getByText("The workflow has changed since this was suggested.").waitFor();
    await card(popup)
      .getByRole("button", { name: /^Accept all/ })
      .click();
    await card(popup).getByText("3 applied as version 3").waitFor();
    await context.close();
  });

  test("is decided with the keyboard alone", async () => {
    const { page, context } = await propose();
    for (let i = 0; i < 40; i += 1) {
      await page.keyboard.press("Shift+Tab");
      if (await page.evaluate(() => document.activeElement?.hasAttribute("data-row"))) break;
    }
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-index"));
    assert.notEqual(await focused(), null);
    await page.keyboard.press("Home");
    const first = await focused();
    await page.keyboard.press("ArrowDown");
    assert.notEqual(await focused(), first);
    await page.keyboard.press("r");
    await card(page).getByText("1 rejected").waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("a");
    await card(page).getByText("1 applied as version 2").waitFor();
    await context.close();
  });

  test("of an answer that was stopped cannot be applied, and says why", async () => {
    const { page, context } = await browser.open();
    await page.evaluate(() => {
      const { conversations, world } = window.__twin;
      const [id] = [...world.workflows.entries()].find(([, { workflow }]) => workflow.name === "Untitled workflow");
      const to = conversations.begin(id);
      conversations.add(to, "user", "do it");
      const action = { type: "delete_node", node_id: "n" };
      const proposed = {
        index: 0,
        action,
        problems: [],
        risks: ["deletion"],
        depends_on: [],
        title: "Delete “n”",
        fields: [],
      };
      for (const status of ["stopped", "interrupted", "failed"]) {
        conversations.add(to, "assistant", status, {
          status,
          actions: [{ ...proposed, decision: { type: "pending" } }],
        });
      }
      world.changed("thread", id);
    });
    await page.locator("[data-proposal]").nth(2).waitFor();
    assert.equal(await page.getByText("These changes cannot be applied:").count(), 3);
    assert.equal(
      await page
        .locator("[data-proposal]")
        .getByRole("button", { name: /Accept|Reject/ })
        .count(),
      0,
    );
    await context.close();
  });
});

describe("a2_the_workflow_has_changed", () => {
  test("a2_a_proposal_is_flagged_and_checked_against_what_is_there_now", async () => {
    const { page, context } = await propose();
    await changeElsewhere(page, false);
    await card(page).getByText("The workflow has changed since this was suggested.").waitFor();
    await card(page).getByRole("button", { name: "Check again" }).click();
    await card(page).getByText("checked against version 2").waitFor();
    await card(page)
      .getByRole("button", { name: /^Accept all/ })
      .click();
    await card(page).getByText("3 applied as version 3").waitFor();
    await context.close();
  });

  for (const [name, button] of [
    ["all", /^Accept all/],
    ["one", /^Accept$/],
  ]) {
    test(`a2_a3_accepting_${name}_of_what_was_not_shown_applies_nothing_and_shows_it_first`, async () => {
      const { page, context } = await propose();
      await changeElsewhere(page, true);
      await card(page).getByRole("button", { name: button }).first().click();
      await card(page).getByText("Nothing was applied: look at the changes again.").waitFor();
      const version = await page.evaluate(() =>
        [...window.__twin.world.workflows.values()].map(({ workflow }) => workflow.active_version),
      );
      assert.equal(Math.max(...version), 2);
      await context.close();
    });
  }

  test("a3_an_approval_carries_the_hash_of_what_was_shown", async () => {
    const { page, context } = await propose();
    const shown = await page.evaluate(async () => {
      const id = document.querySelector("[data-proposal]").getAttribute("data-proposal");
      const proposal = await window.__transport.call("preview_proposal", { message_id: id, indexes: [0, 1, 2] });
      return { id, hash: proposal.hash };
    });
    await card(page)
      .getByRole("button", { name: /^Accept all/ })
      .click();
    await card(page).getByText("3 applied as version 2").waitFor();
    const [{ request }] = await calls(page, "apply_proposal");
    assert.deepEqual(request, { message_id: shown.id, indexes: [0, 1, 2], hash: shown.hash });
    await context.close();
  });
});

describe("a4_hidden_things", () => {
  test("a4_one_bad_item_among_400_stands_first_and_names_its_risks", async () => {
    const { page, context } = await browser.open();
    await page.evaluate(() => {
      const { world, conversations } = window.__twin;
      const webhook = world.catalog.find(({ id }) => id === "webhook").actions[0].id;
      const actions = Array.from({ length: 400 }, (_, i) => ({
        type: "add_node",
        id: `n${i}`,
        connector_id: i === 317 ? "http" : "set",
        action_id:
          i === 317
            ? world.catalog.find(({ id }) => id === "http").actions[0].id
            : (world.catalog.find(({ id }) => id === "set")?.actions[0].id ?? webhook),
        label: i === 317 ? "Harmless\u202Eelif\u200B" : `Step ${i}`,
        position: { x: (i % 20) * 300, y: Math.floor(i / 20) * 140 },
        config: i === 317 ? { url: "https://evil.example/" } : {},
      }));
      conversations.script.next({ text: "400 steps.", actions });
    });
    await send(page, "do it");
    await card(page)
      .getByRole("button", { name: /^Accept|^Review/ })
      .first()
      .waitFor();
    const first = card(page).locator("[data-row]").first();
    assert.equal(await first.getAttribute("data-index"), "317");
    assert.match(await first.textContent(), /‹U\+202E›/);
    assert.match(await first.textContent(), /Hidden text/);
    assert.match(await first.textContent(), /New address/);
    assert.equal(await card(page).locator("[data-row]").count(), 400);
    await field(page).fill("typing stays possible");
    await context.close();
  });

  test("a4_problems_are_shown_with_their_paths_and_are_left_out_of_an_approval", async () => {
    const { page, context } = await browser.open();
    const good = {
      type: "add_node",
      id: "a",
      connector_id: "webhook",
      action_id: "",
      label: "Good",
      position: { x: 0, y: 0 },
      config: {},
    };
    good.action_id = await page.evaluate(
      () => window.__twin.world.catalog.find(({ id }) => id === "webhook").actions[0].id,
    );
    const bad = { type: "add_edge", id: "e", source: "a", target: "nowhere" };
    await proposeActions(page, [good, bad]);
    await row(page, 1).getByText("actions[1].target").waitFor();
    assert.equal(
      await row(page, 1)
        .getByRole("button", { name: /^Accept/ })
        .isDisabled(),
      true,
    );
    await card(page)
      .getByRole("button", { name: /^Accept 1/ })
      .click();
    await card(page).getByText("1 applied as version 2").waitFor();
    assert.equal(await row(page, 1).getAttribute("data-decision"), "pending");
    await context.close();
  });
});
