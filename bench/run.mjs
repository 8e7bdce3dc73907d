/**
 * Measures Bridge and what it is compared with, in turns, and prints one Markdown table. Started by `script/bench`, which
 * builds everything first. Arguments: names of groups; none means all.
 */
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { canvas } from "./groups/canvas.mjs";
import { runCore } from "./groups/core.mjs";
import { engine } from "./groups/engine.mjs";
import { live } from "./groups/live.mjs";
import { memory } from "./groups/memory.mjs";
import { reader } from "./groups/reader.mjs";
import { start } from "./groups/start.mjs";
import { stream } from "./groups/stream.mjs";
import { thread } from "./groups/thread.mjs";
import { startProvider } from "./measure/provider.mjs";
import { table } from "./measure/report.mjs";
import { progress } from "./measure/rounds.mjs";

const groups = { stream, start, memory, thread, reader, canvas, live, engine };
const root = resolve(import.meta.dirname, "..");
const profile = process.env.BRIDGE_BENCH_PROFILE ?? "bench-app";
const work = join(root, "target/bench");

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(groups, name));
if (unknown.length > 0) {
  progress(`There is no group ${unknown.join(", ")}. The groups are: ${Object.keys(groups).join(", ")}.`);
  process.exit(64);
}

const core = join(root, "target", profile, "bench-core");
const subjects = {
  core,
  bridge: join(root, "target", profile, "bridge"),
  cli: join(root, "target", profile, "bridge-cli"),
  nodeRed: join(root, "bench/engine/node_modules"),
  work,
  emptyWindow: join(root, "target/empty-window", profile, "empty-window"),
  data: await seededData(),
  provider: await startProvider(join(work, "pages")),
};
const rows = [];
for (const name of names.length > 0 ? names : Object.keys(groups)) {
  progress(`\n${name}`);
  rows.push(...(await groups[name](subjects)));
}
subjects.provider.close();

const machine = `${cpus().length} × ${cpus()[0].model}, ${process.platform} ${process.arch}`;
const report = `${table(rows)}\n\nProfile \`${profile}\`, ${machine}, ${new Date().toISOString().slice(0, 16)}Z.\n`;
await mkdir(join(root, "test-output"), { recursive: true });
await writeFile(join(root, "test-output/bench.md"), report);
process.stdout.write(report);

/** A data folder with conversations and workflows of known sizes; kept until a build makes another one needed. */
async function seededData() {
  const folder = join(work, "data");
  const whole = join(work, "data-is-whole");
  const isThere = await access(whole).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    progress("filling a data folder");
    await rm(folder, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    await runCore(core, "seed", folder);
    await writeFile(whole, "");
  }
  return folder;
}
