/**
 * The real application in its real window: its own data folder, its own driver, the keyring of the bus it is started on.
 */
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { Key, Session } from "./webdriver.mjs";

const root = resolve(import.meta.dirname, "../../../..");
/** The program under test. */
export const binary = process.env.BRIDGE_BINARY ?? join(root, "target/debug/bridge");
const pictures = join(root, "test-output");
const run = promisify(execFile);

/** A folder for one user's data, removed at the end of the test. */
export async function newHome(test) {
  const home = await mkdtemp(join(tmpdir(), "bridge-window-"));
  test.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

/** The environment of a program that belongs to the user whose data is in `home`. */
export function environmentOf(home) {
  return {
    ...process.env,
    HOME: home,
    XDG_DATA_HOME: join(home, "data"),
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_CACHE_HOME: join(home, "cache"),
    // Pictures are taken of the display, not through the driver, which hangs with this renderer.
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
  };
}

/** Starts the application for the user whose data is in `home`, and waits until it shows its first page. */
export async function start(test, home, environment = {}) {
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
    env: { ...environmentOf(home), TAURI_WEBVIEW_AUTOMATION: "true", ...environment },
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  const app = new App(driver, await openSession(port));
  test.after(() => app.close());
  await app.until("the first page", () => document.querySelector("main, h1") !== null, 20_000);
  return app;
}

async function openSession(port) {
  const capabilities = { "webkitgtk:browserOptions": { binary, args: [] } };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await Session.open(`http://127.0.0.1:${port}`, capabilities);
    } catch (error) {
      if (attempt === 50 || !String(error.cause ?? error).includes("ECONNREFUSED")) throw error;
      await pause(100);
    }
  }
}

/** The application under test. */
class App {
  #driver;
  #closed = false;

  constructor(driver, session) {
    this.#driver = driver;
    this.session = session;
  }

  /** Ends the application as closing its window does. */
  async close() {
    if (this.#closed) return;
    this.#closed = true;
    await this.session.close().catch(() => {});
    this.#signal("SIGTERM");
  }

  /** Asks the window to close, as its close button does. */
  async closeWindow() {
    const { stdout } = await run("xdotool", ["search", "--name", "^Bridge$"]);
    const script = join(import.meta.dirname, "close_window.py");
    for (const id of stdout.trim().split("\n")) await run("python3", [script, id]);
  }

  /** Ends the application and everything it started without a warning, as a crash or a power cut does. */
  async kill() {
    this.#closed = true;
    this.#signal("SIGKILL");
    await pause(300);
  }

  #signal(signal) {
    try {
      process.kill(-this.#driver.pid, signal);
    } catch {
      // It has ended by itself.
    }
  }

  /** Calls a command of the core from the page, past the interface. */
  call(name, args = {}) {
    return this.session.executeAsync((name, args) => window.__TAURI_INTERNALS__.invoke(name, args), name, args);
  }

  /** Waits until a function in the page returns something true, and returns it. */
  async until(what, script, timeout = 10_000, ...args) {
    const end = Date.now() + timeout;
    for (;;) {
      const value = await this.session.execute(script, ...args).catch((error) => {
        if (Date.now() > end) throw error;
      });
      if (value) return value;
      if (Date.now() > end) {
        await this.picture(`failed-${what.replaceAll(/\W+/g, "-")}`);
        throw new Error(`waited ${timeout} ms for ${what}\n${await this.text()}`);
      }
      await pause(50);
    }
  }

  /** The element with this role and accessible name (a name may be a part, compared without case). */
  find(role, name, timeout) {
    return this.until(`${role} “${name}”`, findByRole, timeout, role, name);
  }

  /** Clicks the element with this role and name. */
  async click(role, name) {
    await this.session.click(await this.find(role, name));
  }

  /** Replaces what is in the field with this name. */
  async fill(name, text) {
    const field = await this.find("textbox", name);
    await this.session.execute((element) => {
      element.focus();
      element.select?.();
    }, field);
    await this.session.type(field, text);
  }

  /** All the text on the page, scrolled into view or not. */
  text() {
    return this.session.execute(() => {
      const page = document.body.cloneNode(true);
      for (const style of page.querySelectorAll("style, script")) style.remove();
      return page.textContent;
    });
  }

  /** Waits until the page holds this text, scrolled into view or not. */
  shows(text, timeout) {
    return this.until(`the text “${text}”`, (text) => document.body.textContent.includes(text), timeout, text);
  }

  /** Labels of the nodes that are in the workflow, or that a proposal would add, sorted. */
  nodes(mark = null) {
    return this.session.execute(readNodes, mark);
  }

  /** Waits until exactly these nodes are in the workflow, or would be added. */
  async showsNodes(labels, mark = null) {
    const wanted = JSON.stringify([...labels].sort());
    const compare = `(wanted, mark) => JSON.stringify((${readNodes})(mark)) === wanted`;
    await this.until(`nodes ${wanted}${mark ? ` ${mark}` : ""}`, compare, 15_000, wanted, mark);
  }

  /** Opens a new workflow from the list. */
  async newWorkflow() {
    await this.click("button", "New workflow");
    await this.find("textbox", "Message to the assistant");
  }

  /** Sends a message to the assistant as a person does: types it and presses Enter. */
  async ask(text) {
    const field = await this.find("textbox", "Message to the assistant");
    await this.session.click(field);
    await this.session.type(field, text);
    await this.session.type(field, Key.Enter);
  }

  /** Keeps a picture of the whole display under test-output/. */
  async picture(name) {
    await mkdir(pictures, { recursive: true });
    await this.session
      .executeAsync(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
      .catch(() => {});
    await pause(250);
    await run("import", ["-window", "root", join(pictures, `${name}.png`)]);
  }
}

/** Runs in the page. */
function readNodes(mark) {
  return [...document.querySelectorAll("[data-testid=node]")]
    .filter((node) => (node.dataset.mark ?? null) === mark)
    .map((node) => node.querySelector("bdi").innerText)
    .sort();
}

/** Runs in the page. */
function findByRole(role, name) {
  const implicit = {
    button: "button, [role=button]",
    textbox: "input:not([type=checkbox]):not([type=radio]), textarea, [role=textbox], [contenteditable=true]",
    checkbox: "input[type=checkbox], [role=checkbox]",
    link: "a[href], [role=link]",
    heading: "h1, h2, h3, h4, [role=heading]",
    menuitem: "[role=menuitem]",
    option: "[role=option]",
    dialog: "[role=dialog]",
    combobox: "[role=combobox], input[aria-haspopup=listbox], select",
  };
  const wanted = name.toLowerCase();
  const labelled = (element) => {
    const by = element.getAttribute("aria-labelledby");
    const texts = by ? by.split(" ").map((id) => document.getElementById(id)?.innerText) : [];
    const labels = element.labels ? [...element.labels].map((label) => label.innerText) : [];
    return [
      element.getAttribute("aria-label"),
      ...texts,
      ...labels,
      element.innerText,
      element.placeholder,
      element.title,
    ];
  };
  const names = (element) => labelled(element).map((text) => (text ?? "").trim().toLowerCase());
  // What is behind a modal dialog cannot be clicked.
  const scope = [...document.querySelectorAll("[aria-modal=true]")].at(-1) ?? document;
  const candidates = [...scope.querySelectorAll(implicit[role] ?? `[role=${role}]`)].filter(
    (element) => element.checkVisibility?.() !== false && element.getClientRects().length > 0 && !element.disabled,
  );
  return (
    candidates.find((element) => names(element).includes(wanted)) ??
    candidates.find((element) => names(element).some((text) => text.includes(wanted))) ??
    null
  );
}

/** A port that nobody listens on now. */
export function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
