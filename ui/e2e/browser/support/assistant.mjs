/**
 * A browser on the interface with its in-memory core, under the content security policy of the real window. Needs
 * `npm run build:twin` before. One server and one browser for each test file, one fresh page for each test.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { preview } from "vite";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const OUT = process.env.TWIN_DIST ?? "dist-twin";
const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts the server and the browser. `close` ends both. */
export async function startBrowser() {
  const server = await preview({
    root: ROOT,
    mode: "twin",
    logLevel: "error",
    build: { outDir: OUT },
    preview: { host: "127.0.0.1", port: 0, strictPort: false },
  });
  const executablePath = BROWSERS.find((path) => path && existsSync(path));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const url = server.resolvedUrls.local[0];
  return {
    url,
    /** A page with a workflow open, the assistant ready, and every request it makes from then on. */
    open: (options) => openPage(browser, url, options),
    /** The same on the list of workflows. */
    home: (options) => openHome(browser, url, options),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

async function openPage(browser, url, { workflow = "Untitled workflow", ...size } = {}) {
  const opened = await openHome(browser, url, size);
  await openWorkflow(opened.page, workflow);
  return opened;
}

async function openHome(browser, url, { width = 1280, height = 800 } = {}) {
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const trouble = watch(page);
  await page.goto(url);
  await page.getByRole("heading", { name: "Workflows" }).waitFor();
  return { page, context, ...trouble };
}

/** Opens a workflow of the list and waits for its conversation; goes back to the list where another one is open. */
export async function openWorkflow(page, name) {
  const entry = page.getByText(name, { exact: true }).first();
  const back = page.getByRole("button", { name: /^Back/ });
  await entry.or(back).first().waitFor();
  if (await back.isVisible()) await back.click();
  await page.getByText(name, { exact: true }).first().click();
  await page.locator("aside[aria-label^=Assistant]").waitFor();
}

/** Requests and errors of a page, as they happen. */
function watch(page) {
  const requests = [];
  const errors = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  return { requests, errors };
}

/** The text field of the assistant. */
export const field = (page) => page.locator("#assistant-composer");

/** Types a message and sends it with Enter. */
export async function send(page, text) {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** Waits until no answer is being written. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector("article[aria-busy=true]") === null);
}

/** The next request gets this answer; see `ScriptedAnswer`. */
export function script(page, answer) {
  return page.evaluate((next) => window.__twin.conversations.script.next(next), answer);
}

/** Arguments of every call of a command so far. */
export function calls(page, name) {
  return page.evaluate(
    (wanted) => window.__twin.calls.filter((call) => call.name === wanted).map(({ args }) => args),
    name,
  );
}

/** Text of the newest answer. */
export const lastAnswer = (page) => page.locator("article[data-role=assistant]").last();
