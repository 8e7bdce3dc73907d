/** The canvas: adding, connecting, moving, copying, undoing, by mouse and by keyboard. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";
import {
  copied,
  drag,
  editor,
  fail,
  focusCanvas,
  middle,
  node,
  pasteText,
  selection,
  stored,
} from "./support/editor.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** The sample with a condition, without the assistant, so that there is room. */
async function openOrders() {
  const opened = await browser.open({ workflow: "New order to warehouse", width: 1440, height: 900 });
  await opened.page.keyboard.press("Control+j");
  await node(opened.page, "Tell the warehouse").waitFor();
  await focusCanvas(opened.page);
  await opened.page.keyboard.press("1");
  await opened.page.waitForTimeout(400);
  return opened;
}

const labels = async (page) => (await editor(page)).graph.nodes.map(({ data }) => data.label);
const edgeCount = async (page) => (await editor(page)).graph.edges.length;
const option = (page, name) => page.getByRole("navigation").getByRole("option", { name });

/** Chooses Slack where it is asked what to add, and expects it behind the output "false". */
async function addsSlackToFalse(page) {
  await page.getByRole("dialog", { name: "Add a node" }).waitFor();
  await page.keyboard.type("slack");
  await page.keyboard.press("Enter");
  await stored(page);
  const { truth } = await editor(page);
  assert.equal(truth.edges.at(-1).source_handle, "false");
  assert.equal(truth.edges.at(-1).target, truth.nodes.at(-1).id);
}

describe("adding nodes", () => {
  test("a double click in the palette adds beside the selected node and connects it", async () => {
    const { page, context, errors } = await openOrders();
    await node(page, "Tell the warehouse").click();
    await option(page, /^Pause/).dblclick();
    await node(page, "Pause").waitFor();
    await stored(page);
    const { truth } = await editor(page);
    const [added] = truth.nodes.filter(({ data }) => data.connector_id === "wait");
    const [from] = truth.nodes.filter(({ data }) => data.label === "Tell the warehouse");
    assert.ok(truth.edges.some(({ source, target }) => source === from.id && target === added.id));
    assert.ok(added.position.x > from.position.x);
    assert.deepEqual((await selection(page)).inspected, added.id);
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("the search finds by synonym and Enter adds", async () => {
    const { page, context } = await openOrders();
    await page.getByLabel("Search nodes").fill("curl");
    await page.keyboard.press("Enter");
    await stored(page);
    assert.ok((await labels(page)).includes("HTTP request"));
    await context.close();
  });

  test("an entry dragged onto the canvas lands where it is let go", async () => {
    const { page, context } = await openOrders();
    await drag(page, await middle(option(page, /^Merge/)), { x: 900, y: 700 });
    await node(page, "Merge").waitFor();
    const place = await middle(node(page, "Merge"));
    assert.ok(Math.abs(place.x - 900) < 160 && Math.abs(place.y - 700) < 60, JSON.stringify(place));
    await drag(page, await middle(option(page, /^Merge/)), { x: 100, y: 20 });
    assert.equal((await labels(page)).filter((label) => label.startsWith("Merge")).length, 1);
    await context.close();
  });

  test("the quick-add opens with / and closes with Escape", async () => {
    const { page, context } = await openOrders();
    await page.keyboard.press("/");
    await page.getByRole("dialog", { name: "Add a node" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Add a node" }).waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.keyboard.type("telegram");
    await page.keyboard.press("Enter");
    await stored(page);
    assert.equal((await labels(page)).length, 5);
    await context.close();
  });
});

describe("connecting nodes", () => {
  const output = (page, label) => node(page, label).locator(".react-flow__handle.source");
  const input = (page, label) => node(page, label).locator(".react-flow__handle.target");

  test("dragging from an output to an input connects, and a second time it does not", async () => {
    const { page, context } = await openOrders();
    const connect = async () =>
      drag(page, await middle(output(page, "Tell the warehouse")), await middle(input(page, "Thank the customer")));
    await connect();
    await stored(page);
    assert.equal(await edgeCount(page), 4);
    await connect();
    assert.equal(await edgeCount(page), 4);
    await context.close();
  });

  test("dragging into the void asks what to add there and connects it from that output", async () => {
    const { page, context } = await openOrders();
    await drag(page, await middle(output(page, "Large order?").nth(1)), { x: 820, y: 760 });
    await addsSlackToFalse(page);
    await context.close();
  });

  test("clicking an output asks what to add there and connects it", async () => {
    const { page, context } = await openOrders();
    await node(page, "Large order?").hover();
    await output(page, "Large order?").nth(1).click();
    await addsSlackToFalse(page);
    await context.close();
  });

  test("a connection takes a node in between and can be deleted", async () => {
    const { page, context } = await openOrders();
    const hover = async () => {
      const [from, to] = [await middle(output(page, "Order arrives")), await middle(input(page, "Large order?"))];
      await page.mouse.move(from.x, from.y + 200);
      await page.mouse.move((from.x + to.x) / 2, from.y);
    };
    await hover();
    await page.getByRole("button", { name: "Insert a node here" }).click();
    await page.keyboard.type("filter");
    await page.keyboard.press("Enter");
    await stored(page);
    assert.equal(await edgeCount(page), 4);
    await page.keyboard.press("Control+z");
    await stored(page);
    await page.waitForFunction(() => window.__stores.useEditor.getState().graph.nodes.size === 4);
    await hover();
    await page.getByRole("button", { name: "Delete this connection" }).click();
    await stored(page);
    assert.equal(await edgeCount(page), 2);
    await context.close();
  });

  test("nothing leads into a trigger", async () => {
    const { page, context } = await openOrders();
    assert.equal(await input(page, "Order arrives").count(), 0);
    await context.close();
  });
});

describe("the keyboard", () => {
  test("Tab goes from node to node, Enter opens, F2 renames, Escape steps back", async () => {
    const { page, context } = await openOrders();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const { graph } = await editor(page);
    assert.deepEqual((await selection(page)).nodes, [graph.nodes.find(({ data }) => data.label === "Large order?").id]);
    await page.keyboard.press("F2");
    await page.waitForFunction(() => document.activeElement?.ariaLabel === "Name of the node");
    await page.keyboard.type("Huge order?");
    await page.keyboard.press("Enter");
    await stored(page);
    assert.ok((await labels(page)).includes("Huge order?"));
    await page.keyboard.press("Escape");
    await page.getByLabel("Node settings").waitFor({ state: "detached" });
    await context.close();
  });

  test("arrows move the selection, and one burst is one step to undo", async () => {
    const { page, context } = await openOrders();
    await page.keyboard.press("Tab");
    const before = await editor(page);
    for (let press = 0; press < 5; press += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    await page.waitForFunction(
      (version) => window.__stores.useEditor.getState().workflow.active_version > version,
      before.version,
    );
    const after = await editor(page);
    assert.equal(after.version, before.version + 1);
    assert.equal(after.truth.nodes[0].position.x, before.truth.nodes[0].position.x + 50);
    assert.equal(after.truth.nodes[0].position.y, before.truth.nodes[0].position.y + 100);
    await page.keyboard.press("Control+z");
    await page.waitForFunction(
      (x) => [...window.__stores.useEditor.getState().truth.nodes.values()][0].position.x === x,
      before.truth.nodes[0].position.x,
    );
    await context.close();
  });

  test("select all, duplicate, delete, undo and redo", async () => {
    const { page, context } = await openOrders();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+d");
    await stored(page);
    assert.deepEqual([(await labels(page)).length, await edgeCount(page)], [8, 6]);
    assert.equal((await selection(page)).nodes.length, 4);
    await page.keyboard.press("Delete");
    await stored(page);
    assert.equal((await labels(page)).length, 4);
    await page.keyboard.press("Control+z");
    await page.waitForFunction(() => window.__stores.useEditor.getState().graph.nodes.size === 8);
    await page.keyboard.press("Control+Shift+z");
    await page.waitForFunction(() => window.__stores.useEditor.getState().graph.nodes.size === 4);
    await context.close();
  });

  test("the palette of commands and the list of shortcuts open", async () => {
    const { page, context } = await openOrders();
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Search commands, nodes and workflows").fill("tidy");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.__twin.calls.some(({ name }) => name === "edit_workflow"));
    await context.close();
  });
});

describe("moving and copying", () => {
  test("a dragged node is stored once, where it was let go", async () => {
    const { page, context } = await openOrders();
    const from = await middle(node(page, "Thank the customer"));
    await drag(page, from, { x: from.x + 40, y: from.y + 120 });
    await page.waitForFunction(() => window.__twin.calls.some(({ name }) => name === "edit_workflow"));
    await stored(page);
    const edits = await calls(page, "edit_workflow");
    assert.equal(edits.length, 1);
    assert.equal(edits[0].request.actions[0].type, "update_node");
    const now = await middle(node(page, "Thank the customer"));
    assert.ok(Math.abs(now.y - from.y - 120) < 12, `${now.y - from.y}`);
    await context.close();
  });

  test("a right click offers what can be done there", async () => {
    const { page, context } = await openOrders();
    await node(page, "Tell the warehouse").click({ button: "right" });
    await page.getByRole("menuitem", { name: /Duplicate/ }).click();
    await stored(page);
    assert.equal((await labels(page)).length, 5);
    await page.mouse.click(700, 800, { button: "right" });
    await page.getByRole("menuitem", { name: /Add a node here/ }).click();
    await page.keyboard.type("wait");
    await page.keyboard.press("Enter");
    await stored(page);
    assert.equal((await labels(page)).length, 6);
    await context.close();
  });

  test("nodes are copied into another workflow", async () => {
    const { page, context } = await openOrders();
    await page.keyboard.press("Control+a");
    const text = await copied(page);
    assert.equal(JSON.parse(text).type, "bridge/nodes");
    await page.getByRole("button", { name: "Back to workflows" }).click();
    await page.getByRole("listitem", { name: "Untitled workflow", exact: true }).click();
    await page.getByText("Start with a trigger").waitFor();
    await focusCanvas(page);
    await page.waitForFunction(() => document.activeElement?.ariaLabel === "Canvas");
    await pasteText(page, text);
    await page.waitForFunction(() => window.__stores.useEditor.getState().truth.nodes.size === 4);
    assert.equal(await edgeCount(page), 3);
    await context.close();
  });

  test("a6_refuses_hostile_clipboard_text_with_a_message", async () => {
    const { page, context, errors } = await openOrders();
    const hostile = [
      "<img src=x onerror=alert(1)>",
      '{"type":"bridge/nodes","version":1,"nodes":[{}],"edges":[]}',
      "[".repeat(100_000),
    ];
    for (const text of hostile) {
      await pasteText(page, text);
      await page
        .getByLabel("Messages")
        .getByText(/clipboard/i)
        .first()
        .waitFor();
      await page.getByLabel("Messages").getByRole("button", { name: "Dismiss" }).first().click();
    }
    assert.equal((await labels(page)).length, 4);
    assert.deepEqual(errors, []);
    await context.close();
  });
});

describe("when the core says no", () => {
  test("d6_keeps_edits_while_the_disk_is_full_and_says_so", async () => {
    const { page, context } = await openOrders();
    await fail(page, "edit_workflow", "disk_full", 1);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Delete");
    await page.getByText("Your last change is kept here").waitFor();
    assert.equal((await labels(page)).length, 3);
    await page.getByText("Not saved").waitFor();
    await page.getByRole("button", { name: "Try again now" }).click();
    await stored(page);
    assert.equal((await editor(page)).truth.nodes.length, 3);
    await page.getByText("Saved", { exact: true }).waitFor();
    await context.close();
  });

  test("goes back to the truth when an edit is refused, and Retry applies it", async () => {
    const { page, context } = await openOrders();
    await fail(page, "edit_workflow", "internal");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.getByText("It is internal.").waitFor();
    assert.equal((await labels(page)).length, 4);
    await page.getByRole("button", { name: "Retry" }).click();
    await page.waitForFunction(() => window.__stores.useEditor.getState().truth.nodes.size === 0);
    await context.close();
  });

  test("shows what was changed elsewhere", async () => {
    const { page, context } = await openOrders();
    await page.evaluate(() => {
      const { world } = window.__twin;
      const entry = world.workflow(window.__stores.useEditor.getState().workflow.id);
      const [first] = world.graph(entry).nodes.keys();
      world.store(entry, world.apply(entry, [{ type: "update_node", node_id: first, label: "Theirs" }]), {
        type: "user",
      });
    });
    await node(page, "Theirs").waitFor();
    await context.close();
  });
});

describe("versions", () => {
  test("an old version is shown read-only and restored as a new one", async () => {
    const { page, context } = await openOrders();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await stored(page);
    await page.keyboard.press("Control+h");
    const versions = page.getByRole("complementary", { name: "Versions" });
    await versions.getByRole("button", { name: /^1/ }).click();
    await node(page, "Order arrives").waitFor();
    await focusCanvas(page);
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    assert.equal((await calls(page, "edit_workflow")).length, 1);
    await page.getByRole("button", { name: "Restore" }).click();
    await page.waitForFunction(() => window.__stores.useEditor.getState().truth.nodes.size === 4);
    await versions.getByText("Version 1 restored").waitFor();
    await context.close();
  });
});

describe("a proposal on the canvas", () => {
  test("is drawn over the workflow, fits the view and cannot be touched", async () => {
    const { page, context } = await openOrders();
    await page.evaluate(() => {
      const { useEditor, useOverlay } = window.__stores;
      const nodes = [...useEditor.getState().graph.nodes.values()];
      const edges = [...useEditor.getState().graph.edges.values()];
      const added = {
        ...nodes[2],
        id: "ghost",
        position: { x: 5000, y: 0 },
        data: { ...nodes[2].data, label: "A ghost" },
      };
      const proposal = {
        message_id: "m",
        base_version: 1,
        stale: false,
        actions: [{ index: 0, action: { type: "update_node", node_id: nodes[1].id, label: "Renamed" } }],
        applicable: [0],
        hash: "",
        added_nodes: [added],
        changed_nodes: [{ ...nodes[1], data: { ...nodes[1].data, label: "Renamed" } }],
        removed_nodes: [nodes[3]],
        added_edges: [{ id: "ghost-edge", source: nodes[2].id, target: "ghost" }],
        removed_edges: [edges[2]],
      };
      useOverlay.getState().showProposal(proposal, useEditor.getState().graph);
    });
    await node(page, "A ghost").waitFor();
    assert.equal(await node(page, "A ghost").getByLabel("Would be added").count(), 1);
    assert.equal(await node(page, "Renamed").locator("s").textContent(), "Large order?");
    assert.equal(await node(page, "Thank the customer").getByLabel("Would be removed").count(), 1);
    await page.waitForTimeout(400);
    await node(page, "A ghost").click();
    assert.deepEqual((await selection(page)).nodes, []);
    const from = await middle(node(page, "A ghost"));
    await drag(page, from, { x: from.x - 80, y: from.y + 60 });
    await page.evaluate(() => window.__stores.useOverlay.getState().hide("m"));
    await node(page, "A ghost").waitFor({ state: "detached" });
    assert.deepEqual(await calls(page, "edit_workflow"), []);
    await context.close();
  });
});
