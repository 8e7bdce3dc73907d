/** A second private session bus with a keyring in another state than the one the tests run on. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const launcher = resolve(import.meta.dirname, "../../../../script/with-keyring");

/**
 * Starts a bus whose keyring is `locked`, `empty` or `hanging` (it takes calls and never answers). Returns the variables
 * of a program that is to use it; the bus ends with the test.
 */
export async function startKeyring(test, kind) {
  const state = kind === "hanging" ? "unlocked" : kind;
  const report = 'echo "$DBUS_SESSION_BUS_ADDRESS $BRIDGE_KEYRING_PID"; sleep 120';
  const bus = spawn(launcher, ["--keyring", state, "--", "sh", "-c", report], {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  let daemon;
  test.after(() => {
    if (daemon !== undefined) process.kill(daemon, "SIGCONT");
    process.kill(-bus.pid, "SIGTERM");
  });
  const [line] = await once(bus.stdout.setEncoding("utf8"), "data");
  const [address, pid] = line.trim().split(" ");
  if (kind === "hanging") {
    daemon = Number(pid);
    process.kill(daemon, "SIGSTOP");
  }
  return { DBUS_SESSION_BUS_ADDRESS: address };
}
