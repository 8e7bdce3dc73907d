/** Memory of a process and everything it started, as the kernel counts it. */
import { readdir, readFile } from "node:fs/promises";

/**
 * Proportional set size of the whole tree below `root`, in MB (10⁶ bytes): private memory, and each shared page divided
 * by the number of processes that have it. WebKit's processes are children of the application's.
 */
export async function treeMemory(root) {
  const children = new Map();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => null);
    if (stat === null) continue;
    // The name in brackets may hold anything; the parent is the second field after it.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  let total = 0;
  for (const waiting = [root]; waiting.length > 0; ) {
    const process = waiting.pop();
    waiting.push(...(children.get(process) ?? []));
    total += await proportionalSize(process);
  }
  return total;
}

async function proportionalSize(process) {
  const text = await readFile(`/proc/${process}/smaps_rollup`, "utf8").catch(() => "");
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0;
  return (Number(kilobytes) * 1024) / 1e6;
}
