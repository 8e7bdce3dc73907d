/** A program with a WebKitGTK window under a driver's control, in a home folder of its own. */
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Session } from "../../ui/e2e/window/support/webdriver.mjs";

const launcher = join(import.meta.dirname, "launch.sh");
/** Bridge's folder inside the folder for all programs' data: the identifier in tauri.conf.json. */
const DATA_FOLDER = "data/dev.bridge.desktop";

/** Starts `program`; with `data`, on a copy of that data folder. The page may still be loading when this returns. */
export async function openWindow(program, { data } = {}) {
  const home = await mkdtemp(join(tmpdir(), "bridge-bench-"));
  if (data !== undefined) await cp(data, join(home, DATA_FOLDER), { recursive: true });
  const started = join(home, "started");
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
    env: {
      ...process.env,
      HOME: home,
      XDG_DATA_HOME: join(home, "data"),
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_CACHE_HOME: join(home, "cache"),
      TAURI_WEBVIEW_AUTOMATION: "true",
      // What Bridge sets for itself on a machine without a GPU; given to every subject, so that all draw alike.
      WEBKIT_DISABLE_DMABUF_RENDERER: "1",
      BENCH_PROGRAM: program,
      BENCH_STARTED: started,
    },
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  const session = await openSession(port);
  const [pid, seconds] = (await readFile(started, "utf8")).trim().split(" ").map(Number);
  return new Window({ driver, session, home, pid, startedAt: seconds * 1000 });
}

async function openSession(port) {
  const capabilities = { "webkitgtk:browserOptions": { binary: launcher, args: [] } };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await Session.open(`http://127.0.0.1:${port}`, capabilities);
    } catch (error) {
      if (attempt === 50 || !String(error.cause ?? error).includes("ECONNREFUSED")) throw error;
      await pause(100);
    }
  }
}

class Window {
  #driver;
  #home;

  constructor({ driver, session, home, pid, startedAt }) {
    this.#driver = driver;
    this.#home = home;
    this.session = session;
    /** Process identifier of the program. */
    this.pid = pid;
    /** When it was started, in milliseconds since 1970. */
    this.startedAt = startedAt;
  }

  /** Ends the program and removes its home. */
  async close() {
    await this.session.close().catch(() => {});
    try {
      process.kill(-this.#driver.pid, "SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await rm(this.#home, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Calls a command of the core from the page, past the interface. */
  call(name, args = {}) {
    return this.session.executeAsync((name, args) => window.__TAURI_INTERNALS__.invoke(name, args), name, args);
  }

  /** Waits until a function in the page returns something true, and returns it. */
  async until(what, script, ...args) {
    const end = Date.now() + 60_000;
    for (;;) {
      const value = await this.session.execute(script, ...args).catch((error) => {
        if (Date.now() > end) throw error;
      });
      if (value) return value;
      if (Date.now() > end) throw new Error(`waited a minute for ${what}`);
      await pause(50);
    }
  }

  /** Waits until the first page is there: Bridge's list of workflows, or the one line of a bare page. */
  ready() {
    return this.until("the first page", () => document.querySelector("h1, [data-ready]") !== null);
  }

  /** Loads another page. */
  goTo(url) {
    return this.session.execute((url) => location.assign(url), url);
  }
}

/** Opens a window, hands it to `use`, and closes it whatever happens. Returns what `use` returns. */
export async function withWindow(program, options, use) {
  const window = await openWindow(program, options);
  try {
    return await use(window);
  } finally {
    await window.close();
  }
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
