/** Runs the measurements of the crates alone, which are a program of their own (bench/core). */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What `bench-core` reports. */
export async function runCore(program, ...args) {
  const { stdout } = await run(program, args, { maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}
