/** Nodes proposed between others: the canvas shows the room that is made for them as accepting will make it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { script, send, settled, startBrowser } from "./support/assistant.mjs";
import { drag, editor, middle, node, stored } from "./support/editor.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const card = (page) => page.locator("[data-proposal]").last();
const row = (page, index) => card(page).locator(`[data-row][data-index="${index}"]`);
const button = (page, name) => card(page).getByRole("button", { name });

/** Where nodes are stored, by label. */
async function kept(page) {
  const { graph } = await editor(page);
  return Object.fromEntries(graph.nodes.map(({ data, position }) => [data.label, [position.x, position.y]]));
}

/** Where nodes in view are drawn, by label. */
function drawn(page) {
  return page.locator(".react-flow__node").evaluateAll((cards) =>
    Object.fromEntries(
      cards.map((card) => {
        const [x, y] = card.style.transform.match(/-?[\d.]+/g).map(Number);
        return [card.querySelector("bdi").textContent, [x, y]];
      }),
    ),
  );
}

/** Waits until all of the workflow is in view, and holds it against where it should be drawn. */
async function assertDrawn(page, expected) {
  await page.getByRole("button", { name: "Fit the workflow" }).click();
  await page.waitForFunction(
    (count) => document.querySelectorAll(".react-flow__node").length === count,
    Object.keys(expected).length,
  );
  assert.deepEqual(await drawn(page), expected);
}

/** Asks for a node of this label on the connection at this place. */
function between(graph, place, label) {
  const { id, source, target, source_handle } = graph.edges[place];
  return [
    { type: "delete_edge", edge_id: id },
    { type: "add_node", id: label, connector_id: "filter", action_id: "keep", label, config: CONDITION },
    { type: "add_edge", source, target: label, ...(source_handle ? { source_handle } : {}) },
    { type: "add_edge", source: label, target },
  ];
}

const CONDITION = { conditions: [{ left: "={{ $json.total }}", operator: "exists" }] };

async function propose(page, places) {
  const { graph } = await editor(page);
  const actions = places.flatMap(([place, label]) => between(graph, place, label));
  await script(page, { text: "Here it is.", actions });
  await send(page, "put something in between");
  await card(page).waitFor();
  await settled(page);
  await button(page, /^Accept all/).waitFor();
}

describe("a node between two others", () => {
  test("is shown where it will stand, with the room it needs; undo takes both back", async () => {
    const { page, context } = await browser.open({ workflow: "Weekly report" });
    const original = await kept(page);
    await propose(page, [
      [0, "Only new"],
      [1, "Only large"],
    ]);
    await card(page).getByText("2 nodes move to make room.").waitFor();
    const [start, request, mail] = Object.keys(original);
    const shown = {
      [start]: [0, 0],
      "Only new": [300, 0],
      [request]: [600, 0],
      "Only large": [900, 0],
      [mail]: [1200, 0],
    };
    await assertDrawn(page, shown);
    assert.deepEqual(await kept(page), original, "nothing is stored");
    await button(page, /^Accept all/).click();
    await card(page)
      .getByText(/applied as version 2/)
      .waitFor();
    assert.deepEqual(await kept(page), shown, "what was shown is what there is");
    await assertDrawn(page, shown);
    assert.equal(await card(page).getByText("to make room").count(), 0);
    await button(page, "Undo").click();
    await assertDrawn(page, original);
    assert.deepEqual(await kept(page), original);
    await context.close();
  });

  test("rejected leaves everything where it was, on the canvas too", async () => {
    const { page, context } = await browser.open({ workflow: "Weekly report" });
    const original = await kept(page);
    await propose(page, [[0, "Only new"]]);
    assert.equal((await drawn(page))["Only new"][0], 300);
    await button(page, "Reject all").click();
    await page.keyboard.press("Enter");
    await card(page).getByText("4 rejected").waitFor();
    await assertDrawn(page, original);
    assert.deepEqual(await kept(page), original);
    await context.close();
  });

  test("accepted without its connections goes below, and to its place with them", async () => {
    const { page, context } = await browser.open({ workflow: "Weekly report" });
    const original = await kept(page);
    await propose(page, [[0, "Only new"]]);
    await row(page, 1)
      .getByRole("button", { name: /^Accept/ })
      .click();
    await card(page).getByText("1 applied as version 2").waitFor();
    assert.deepEqual(await kept(page), { ...original, "Only new": [300, 140] });
    await button(page, /^Accept all 3/).click();
    await card(page)
      .getByText(/applied as version 3/)
      .waitFor();
    const [start, request, mail] = Object.keys(original);
    await assertDrawn(page, { [start]: [0, 0], "Only new": [300, 0], [request]: [600, 0], [mail]: [900, 0] });
    await context.close();
  });

  test("in each of two branches moves only what each of them leads to", async () => {
    const { page, context } = await browser.open({ workflow: "New order to warehouse" });
    await propose(page, [
      [1, "Only paid"],
      [2, "Only known"],
    ]);
    const shown = {
      "Order arrives": [0, 80],
      "Large order?": [300, 80],
      "Only paid": [600, 0],
      "Tell the warehouse": [900, 0],
      "Only known": [600, 160],
      "Thank the customer": [900, 160],
    };
    await assertDrawn(page, shown);
    await button(page, /^Accept all/).click();
    await card(page)
      .getByText(/applied as version 2/)
      .waitFor();
    assert.deepEqual(await kept(page), shown);
    await context.close();
  });

  test("keeps its room while nodes are dragged under the proposal", async () => {
    const { page, context } = await browser.open({ workflow: "New order to warehouse" });
    await propose(page, [[1, "Only paid"]]);
    // Hovering waits until the view has come to rest.
    await node(page, "Tell the warehouse").hover();
    const from = await middle(node(page, "Tell the warehouse"));
    const place = (await drawn(page))["Tell the warehouse"];
    await drag(page, from, { x: from.x, y: from.y - 60 });
    await stored(page);
    await card(page).getByText("checked against version 2").waitFor();
    const after = await drawn(page);
    assert.equal(after["Tell the warehouse"][0], place[0], "as far to the right as before");
    assert.ok(after["Tell the warehouse"][1] < place[1], "where it was dropped");
    const { "Tell the warehouse": stays } = await kept(page);
    assert.equal(stays[0], place[0] - 300, "stored without the room that is only proposed");
    await button(page, /^Accept all/).click();
    await card(page)
      .getByText(/applied as version 3/)
      .waitFor();
    assert.deepEqual((await kept(page))["Tell the warehouse"], after["Tell the warehouse"]);
    assert.deepEqual((await kept(page))["Only paid"], after["Only paid"]);
    await context.close();
  });

  test("put there by hand makes room as well, and leaves other rows alone", async () => {
    const { page, context } = await browser.open({ workflow: "New order to warehouse" });
    await page.locator(".react-flow__edge").nth(1).hover({ force: true });
    await page.getByRole("button", { name: "Insert a node here" }).click();
    await page.keyboard.type("filter");
    await page.keyboard.press("Enter");
    await stored(page);
    const places = await kept(page);
    assert.deepEqual(places["Tell the warehouse"], [900, 0]);
    assert.deepEqual(places["Thank the customer"], [600, 160], "another branch");
    await context.close();
  });
});
