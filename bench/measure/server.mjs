/** A server under measurement: when it is ready, what CPU time it takes, and how much memory. */
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { treeMemory } from "./memory.mjs";

/** Clock ticks a second, the same on every Linux that Node.js runs on. */
const TICKS = 100;

/** Starts a program and waits until `ready` (asked again and again) says yes. */
export async function startServer(command, args, options, ready) {
  const startedAt = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
  const ended = new Promise((done) => child.once("exit", done));
  while (!(await ready().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    await pause(2);
  }
  return {
    readyAfter: performance.now() - startedAt,
    memory: () => treeMemory(child.pid),
    peak: () => peakOf(child.pid),
    cpu: () => cpuOf(child.pid),
    async end() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Milliseconds of CPU time of a process, all its threads, and its children. */
async function cpuOf(root) {
  let ticks = 0;
  for (const pid of await treeOf(root)) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    if (stat === null) continue;
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]) + (pid === root ? Number(fields[13]) + Number(fields[14]) : 0);
  }
  return (ticks * 1000) / TICKS;
}

/** The most memory the process itself has had, in MB (10⁶ bytes). */
async function peakOf(pid) {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)[1]) * 1024) / 1e6;
}

async function treeOf(root) {
  const parents = new Map();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => null);
    if (stat !== null) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const isBelow = (pid) => pid === root || (parents.has(pid) && isBelow(parents.get(pid)));
  return [...parents.keys()].filter(isBelow);
}
