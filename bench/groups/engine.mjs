/** Running workflows behind a webhook, every step kept, beside Node-RED, which keeps none. */
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { manyItems, manyItemsInNodeRed, tenNodes, tenNodesInNodeRed } from "../engine/workflows.mjs";
import { load } from "../measure/load.mjs";
import { row } from "../measure/report.mjs";
import { interleave } from "../measure/rounds.mjs";
import { startServer } from "../measure/server.mjs";

const run = promisify(execFile);
const ROUNDS = 3;
const LOAD = { seconds: 5, connections: 8 };
const ITEMS = [1_000, 10_000, 100_000];
const BODY = JSON.stringify({ amount: 42, name: "Ada" });

export async function engine({ cli, work, nodeRed }) {
  const measured = await interleave(ROUNDS, {
    bridge: () => measure(() => startBridge(cli, work)),
    nodeRed: () => measure(() => startNodeRed(nodeRed, work)),
  });
  const value = (name) => [measured.bridge.map((one) => one[name]), measured.nodeRed.map((one) => one[name])];
  const make = (what, unit, name) => {
    const [ours, theirs] = value(name);
    return row({
      what,
      unit,
      ours,
      theirs,
      oursIs: "Bridge, every step on the disk",
      theirsIs: "Node-RED, no history",
    });
  };
  return [
    make("From the process's start to the first answer of a webhook", "ms", "ready"),
    make("Memory (PSS), idle", "MB", "idle"),
    make("Webhook with ten nodes, 8 connections: runs per second", "perSecond", "perSecond"),
    make("Webhook with ten nodes: CPU per run", "ms", "cpuPerRun"),
    ...ITEMS.flatMap((items) => [
      make(`${items.toLocaleString("en")} items through four nodes: CPU`, "ms", `cpu${items}`),
      make(`${items.toLocaleString("en")} items through four nodes: most memory so far`, "MB", `peak${items}`),
    ]),
  ];
}

async function measure(start) {
  const { server, ten, many } = await start();
  try {
    const result = { ready: server.readyAfter, idle: await server.memory() };
    await load(ten, BODY, { ...LOAD, seconds: 1 });
    const before = await server.cpu();
    const { answered, failed, seconds } = await load(ten, BODY, LOAD);
    if (failed > 0) throw new Error(`${failed} requests failed`);
    result.perSecond = answered / seconds;
    result.cpuPerRun = ((await server.cpu()) - before) / answered;
    for (const items of ITEMS) {
      const cpu = await server.cpu();
      const list = Array.from({ length: items }, (_, n) => ({ n, name: `item ${n}` }));
      const response = await fetch(many, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ items: list }),
      });
      const answer = await response.json();
      if (answer.count !== items) throw new Error(`${items} items: ${JSON.stringify(answer).slice(0, 200)}`);
      result[`cpu${items}`] = (await server.cpu()) - cpu;
      result[`peak${items}`] = await server.peak();
    }
    return result;
  } finally {
    await server.end();
  }
}

/** A fresh folder with both workflows, switched on. */
async function startBridge(cli, work) {
  const folder = join(work, "engine-data");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const workflow of [tenNodes(), manyItems()]) {
    const file = join(folder, `${workflow.name}.json`);
    await writeFile(file, JSON.stringify(workflow));
    await run(cli, [
      "--data-folder",
      folder,
      "run",
      file,
      "--input",
      JSON.stringify({ body: { amount: 2, items: [] } }),
    ]);
    await run(cli, ["--data-folder", folder, "activate", workflow.name]);
  }
  const port = await freePort();
  const at = (path) => `http://127.0.0.1:${port}${path}`;
  // Addresses are told by the server that listens.
  const paths = await addresses(cli, folder, port);
  const server = await startServer(cli, ["--data-folder", folder, "serve", "--port", String(port)], {}, () =>
    answers(at(paths[0]), BODY),
  );
  return { server, ten: at(paths[0]), many: at(paths[1]) };
}

async function addresses(cli, folder, port) {
  const child = execFile(cli, ["--data-folder", folder, "serve", "--port", String(port)]);
  await new Promise((done) => child.stdout.once("data", done));
  const { stdout } = await run(cli, ["--data-folder", folder, "list"]);
  child.kill("SIGTERM");
  await new Promise((done) => child.once("exit", done));
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return ["Ten nodes", "Many items"].map((name) => {
    const { triggers } = all.find(({ workflow }) => workflow.name === name);
    return new URL(triggers[0].url).pathname;
  });
}

/** With the Node.js that Node-RED asks for, which is newer than the one the tests ask for. */
async function startNodeRed(nodeRed, work) {
  const folder = join(work, "engine-node-red");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "flows.json"), JSON.stringify([...tenNodesInNodeRed(), ...manyItemsInNodeRed()]));
  const settings =
    'module.exports = { apiMaxLength: "64mb", flowFile: "flows.json", logging: { console: { level: "error" } } };';
  await writeFile(join(folder, "settings.js"), settings);
  const port = await freePort();
  const at = (path) => `http://127.0.0.1:${port}${path}`;
  const server = await startServer(
    join(nodeRed, "node/bin/node"),
    [join(nodeRed, "node-red/red.js"), "--userDir", folder, "--settings", join(folder, "settings.js"), "--port", String(port)],
    {},
    () => answers(at("/ten"), BODY),
  );
  return { server, ten: at("/ten"), many: at("/many") };
}

async function answers(url, body) {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return response.status === 200;
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
