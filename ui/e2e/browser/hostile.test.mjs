/** Data that tries to run, to break the layout or to be too much; and parts of the window that fail. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "./support/assistant.mjs";
import { editor, fail, focusCanvas, node, stored } from "./support/editor.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const MARKUP = [
  "<img src=x onerror=\"document.title='owned'\">",
  "<script>document.title='owned'</script>",
  "javascript:document.title='owned'",
  "{{constructor.constructor('document.title=`owned`')()}}",
];
const HOSTILE = {
  long: "W".repeat(1_000_000),
  rtl: "\u202egnp.exe \u2067abc",
  controls: "a\u0000b\u0007c\u200b\u2028d\n\n\n\n\ne",
  zalgo: `Z${"\u0301\u0327\u034f".repeat(400)}`,
  emoji: "👩‍👩‍👧‍👦".repeat(2000),
};

/** Replaces the sample by one whose texts are these, and opens it. */
async function openWith(page, text) {
  const id = await page.evaluate((hostile) => {
    const { world } = window.__twin;
    const entry = [...world.workflows.values()].find(({ workflow }) => workflow.name === "New order to warehouse");
    entry.workflow = { ...entry.workflow, name: hostile, description: hostile };
    const actions = [...world.graph(entry).nodes.keys()].map((node_id) => ({
      type: "update_node",
      node_id,
      label: hostile,
    }));
    world.store(entry, world.apply(entry, actions), { type: "user" });
    return entry.workflow.id;
  }, text);
  await page.locator("[data-row]").first().click();
  await page.locator("[data-testid=node]").first().waitFor();
  return id;
}

describe("hostile text", () => {
  test("w2_markup_in_names_labels_and_errors_is_text", async () => {
    for (const text of MARKUP) {
      const { page, context, errors, requests } = await browser.home();
      await openWith(page, text);
      await node(page, text.slice(0, 20)).click();
      await page.getByLabel("Node settings").waitFor();
      await page.evaluate((message) => {
        window.__twin.fail("edit_workflow", {
          code: "internal",
          message,
          hint: message,
          retryable: true,
          problems: [],
        });
      }, text);
      await page.keyboard.press("Control+d");
      await page.getByLabel("Messages").getByText(text).first().waitFor();
      assert.equal(await page.title(), "Bridge");
      assert.deepEqual(
        requests.filter((url) => !url.startsWith(browser.url)),
        [],
      );
      assert.deepEqual(errors, []);
      await context.close();
    }
  });

  for (const [kind, text] of Object.entries(HOSTILE)) {
    test(`w4_${kind}_names_keep_the_layout_and_their_bytes`, async () => {
      const { page, context, errors } = await browser.home();
      const id = await openWith(page, text);
      await page.waitForTimeout(300);
      const sizes = await page.evaluate(() => ({
        overflow:
          document.documentElement.scrollWidth - innerWidth + document.documentElement.scrollHeight - innerHeight,
        header: document.querySelector("header").getBoundingClientRect().height,
        canvas: document.querySelector("[aria-label=Canvas]").getBoundingClientRect().width,
        cards: [...document.querySelectorAll("[data-testid=node]")].map((card) => [
          card.offsetWidth,
          card.offsetHeight,
        ]),
        spill: [...document.querySelectorAll("[data-testid=node] bdi")].every((label) => label.offsetWidth <= 190),
      }));
      assert.equal(sizes.overflow, 0);
      assert.equal(sizes.header, 44);
      assert.ok(sizes.canvas > 600);
      for (const [width, height] of sizes.cards) assert.deepEqual([width, height], [232, 60]);
      assert.ok(sizes.spill);
      await page.locator("[data-testid=node]").nth(2).click();
      await page.getByLabel("Name of the node").focus();
      await page.getByLabel("Name of the node").blur();
      await stored(page);
      const kept = await page.evaluate(
        ([workflow, original]) => {
          const { world } = window.__twin;
          const { nodes } = world.graph(world.workflow(workflow));
          return [...nodes.values()].every((one) => one.data.label === original);
        },
        [id, text],
      );
      assert.ok(kept);
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
});

describe("large workflows", () => {
  test("w5_opens_edits_and_leaves_10000_nodes_with_50000_edges", { timeout: 120_000 }, async () => {
    const { page, context, errors } = await browser.home();
    await page.evaluate(() => window.__twin.world.changed("workflow", window.__twin.addLargeWorkflow(10_000, 50_000)));
    const started = Date.now();
    await page.getByText("10000 nodes").click();
    await node(page, "Step 0").waitFor();
    assert.ok(Date.now() - started < 10_000, `opened in ${Date.now() - started} ms`);
    assert.ok((await page.locator(".react-flow__node").count()) < 200);
    assert.ok((await page.locator(".react-flow__edge").count()) <= 1200);

    await node(page, "Step 101").click();
    await page.getByLabel("Name of the node").fill("Renamed");
    await page.getByLabel("Name of the node").press("Enter");
    await node(page, "Renamed").waitFor();
    await stored(page);
    await page.keyboard.press("Escape");

    await focusCanvas(page);
    const fitting = Date.now();
    await page.keyboard.press("1");
    await page.getByTestId("overview").waitFor();
    assert.ok(Date.now() - fitting < 3000, `fitted in ${Date.now() - fitting} ms`);
    assert.equal(await page.locator(".react-flow__node").count(), 0);

    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.waitForFunction(() => window.__stores.useEditor.getState().truth.nodes.size === 0, null, {
      timeout: 30_000,
    });
    await page.keyboard.press("Control+z");
    await page.waitForFunction(() => window.__stores.useEditor.getState().truth.edges.size === 50_000, null, {
      timeout: 30_000,
    });
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("w5_pans_5000_nodes_without_stopping", { timeout: 120_000 }, async () => {
    const { page, context } = await browser.home();
    await page.evaluate(() => window.__twin.world.changed("workflow", window.__twin.addLargeWorkflow(5000, 5200)));
    await page.getByText("5000 nodes").click();
    await node(page, "Step 0").waitFor();
    await page.waitForTimeout(500);
    await page.evaluate(() => {
      window.frameTimes = [];
      let last = performance.now();
      const measure = (now) => {
        window.frameTimes.push(now - last);
        last = now;
        requestAnimationFrame(measure);
      };
      requestAnimationFrame(measure);
    });
    await page.mouse.move(560, 180);
    await page.mouse.down();
    for (let step = 0; step < 80; step += 1) await page.mouse.move(560 - step * 4, 180 + step * 5);
    await page.mouse.up();
    const times = (await page.evaluate(() => window.frameTimes)).sort((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)];
    assert.ok(median < 60, `median frame ${median} ms of ${times.length}`);
    await context.close();
  });
});

describe("a part that fails", () => {
  test("w6_a_broken_canvas_leaves_the_rest_and_the_data_alone", async () => {
    const { page, context } = await browser.open({ workflow: "New order to warehouse" });
    await node(page, "Order arrives").waitFor();
    await page.evaluate(() => {
      const { useEditor } = window.__stores;
      const { graph } = useEditor.getState();
      const [[id, first]] = graph.nodes;
      useEditor.setState({ graph: { ...graph, nodes: new Map(graph.nodes).set(id, { ...first, data: null }) } });
    });
    await page.getByText("The canvas stopped working.").waitFor();
    assert.ok(await page.getByRole("button", { name: "Back to workflows" }).isVisible());
    assert.ok(await page.getByLabel("Search nodes").isVisible());
    assert.ok(await page.locator("#assistant-composer").isVisible());
    await page.evaluate(() => {
      const { useEditor } = window.__stores;
      useEditor.setState({ graph: useEditor.getState().truth });
    });
    await page.getByRole("button", { name: "Show it again" }).click();
    await node(page, "Order arrives").waitFor();
    assert.equal((await editor(page)).truth.nodes.length, 4);
    await context.close();
  });

  test("w6_a_workflow_that_cannot_be_opened_says_so", async () => {
    const { page, context } = await browser.home();
    await fail(page, "open_workflow", "store_damaged");
    await page.getByText("Weekly report").click();
    await page.getByText("It is store_damaged.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("[data-testid=node]").first().waitFor();
    await context.close();
  });

  test("w6_a_list_that_cannot_be_read_says_so", async () => {
    const { page, context } = await browser.home();
    await fail(page, "list_workflows", "store_unavailable", 1);
    await page.evaluate(() => window.__twin.world.changed("workflow", ""));
    await page.getByText("Weekly report").waitFor();
    await context.close();
  });
});
