/** A very large workflow in the real window: it opens, can be edited, and takes less than a gigabyte. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { newHome, start } from "./support/app.mjs";

const NODES = 10_000;
const EDGES = 50_000;
const GIGABYTE = 1024 ** 3;

/** Proportional set size of the processes that belong to this home folder, in bytes. */
async function memoryOf(home) {
  let total = 0;
  for (const pid of await readdir("/proc")) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (!environment.includes(`HOME=${home}\0`)) continue;
    const summary = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    total += 1024 * Number(/^Pss:\s+(\d+)/m.exec(summary)?.[1] ?? 0);
  }
  return total;
}

test("w5 10,000 nodes and 50,000 edges open, are saved, and take less than a gigabyte", async (t) => {
  const home = await newHome(t);
  const app = await start(t, home);
  const { id } = await app.call("create_workflow", { name: "Large", description: "" });
  await app.session.executeAsync(
    async (workflowId, nodes, edges) => {
      const actions = [];
      for (let index = 0; index < nodes; index += 1) {
        actions.push({
          type: "add_node",
          id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
          connector_id: "set",
          action_id: "set_fields",
          label: `Step ${index}`,
          position: { x: 300 * (index % 100), y: 140 * Math.floor(index / 100) },
          config: {},
        });
      }
      for (let index = 0; index < edges; index += 1) {
        const source = index % (nodes - 10);
        const target = source + 1 + Math.floor(index / (nodes - 10));
        actions.push({ type: "add_edge", source: actions[source].id, target: actions[target].id });
      }
      const request = { workflow_id: workflowId, base_version: 1, actions };
      await window.__TAURI_INTERNALS__.invoke("edit_workflow", { request });
    },
    id,
    NODES,
    EDGES,
  );
  await app.until("the workflow in the list", () => document.body.textContent.includes("Large"));
  await app.session.execute(() => document.querySelector("[data-row]").click());
  await app.until("the canvas", () => document.querySelector("main [data-testid]") !== null, 60_000);
  await app.shows("Saved", 60_000);
  await app.picture("w5-large");

  const change = await app.call("edit_workflow", {
    request: {
      workflow_id: id,
      base_version: 2,
      actions: [{ type: "update_node", node_id: "00000000-0000-4000-8000-000000000001", label: "Changed" }],
    },
  });
  assert.equal(change.nodes.length, 1);
  const memory = await memoryOf(home);
  assert.ok(memory > 0 && memory <= GIGABYTE, `${Math.round(memory / 1024 ** 2)} MiB`);
  t.diagnostic(`${Math.round(memory / 1024 ** 2)} MiB`);
});
