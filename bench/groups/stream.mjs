/** From the provider's socket to text on the screen, at several rates, beside the least page that shows a stream. */
import { row } from "../measure/report.mjs";
import { interleave } from "../measure/rounds.mjs";
import { percentile } from "../measure/statistics.mjs";
import { withWindow } from "../measure/window.mjs";

/** Chunks per second. */
const RATES = [50, 200, 500, 1000, 2000];
const ROUNDS = 5;
/** How long each answer is, in seconds. */
const LENGTH = 3;

/** A provider of the OpenAI format that needs no key. */
const PROVIDER = "llamacpp";

export async function stream({ bridge, emptyWindow, provider }) {
  const delays = await interleave(ROUNDS, {
    bridge: () =>
      withWindow(bridge, {}, async (app) => {
        await prepareBridge(app, provider);
        return allRates(app, provider, askBridge);
      }),
    bare: () =>
      withWindow(emptyWindow, {}, async (app) => {
        await app.goTo(`${provider.url}/stream.html`);
        await app.until("the bare page", () => typeof window.ask === "function");
        return allRates(app, provider, askBare);
      }),
  });
  return RATES.flatMap((rate) => rowsOf(rate, delays));
}

/** Delay from socket to screen, median and 99th percentile of one answer's words, by rate. */
async function allRates(app, provider, ask) {
  await app.session.execute(watch);
  const delays = {};
  for (const [turn, rate] of RATES.entries()) {
    const mark = `q${turn}`;
    const count = rate * LENGTH;
    const sent = provider.expect({ mark, rate, count });
    await ask(app);
    const shown = await app.until("the end of the answer", wordsShown, mark, count);
    const delay = shown.flatMap(([word, time], index) => {
      const before = shown[index - 1]?.[0] ?? -1;
      return sent.slice(before + 1, word + 1).map((when) => time - when);
    });
    delays[rate] = { median: percentile(delay, 0.5), late: percentile(delay, 0.99) };
  }
  return delays;
}

function rowsOf(rate, { bridge, bare }) {
  const of = (rounds, what) => rounds.map((delays) => delays[rate][what]);
  const beside = { unit: "ms", oursIs: "Bridge", theirsIs: "bare page with fetch" };
  const title = `Socket to screen at ${rate.toLocaleString("en")} chunks/s`;
  return [
    row({ ...beside, what: `${title}: median`, ours: of(bridge, "median"), theirs: of(bare, "median") }),
    row({ ...beside, what: `${title}: 99th percentile`, ours: of(bridge, "late"), theirs: of(bare, "late") }),
  ];
}

/** Opens a workflow whose assistant asks the loopback server. */
async function prepareBridge(app, provider) {
  await app.ready();
  const settings = await app.call("get_settings");
  const providers = { ...settings.providers, [PROVIDER]: { base_url: `${provider.url}/v1`, model: "bench" } };
  await app.call("save_settings", { settings: { ...settings, default_provider: PROVIDER, providers } });
  await app.session.execute(() => {
    const button = [...document.querySelectorAll("button")].find(({ textContent }) =>
      textContent.includes("New workflow"),
    );
    button.click();
  });
  await app.until("the composer", () => document.querySelector('[aria-label="Message to the assistant"]') !== null);
}

async function askBare(app) {
  await app.session.execute(() => void window.ask());
}

async function askBridge(app) {
  const field = '[aria-label="Message to the assistant"]';
  // The send button is there again once the turn before has been kept.
  const isReady = () =>
    [...document.querySelectorAll("button")].some(({ textContent }) => textContent.trim() === "Send");
  await app.until("the end of the turn before", isReady);
  const element = await app.session.execute((field) => document.querySelector(field), field);
  await app.session.type(element, "Count\uE007");
}

/**
 * Runs in the page. Notes which word the newest article shows last, after each frame in which something changed. A
 * message that is posted while a frame is being made arrives when the frame has been painted.
 */
function watch() {
  const words = new Map();
  window.benchWords = words;
  const look = () => {
    const text = [...document.querySelectorAll("article")].at(-1)?.textContent.slice(-600) ?? "";
    const [, mark, word] = [...text.matchAll(/(q\d+)w(\d+)\./g)].at(-1) ?? [];
    if (mark === undefined) return;
    const seen = words.get(mark) ?? [];
    if (seen.at(-1)?.[0] === Number(word)) return;
    seen.push([Number(word), performance.timeOrigin + performance.now()]);
    words.set(mark, seen);
  };
  let changed = false;
  const changes = new MutationObserver(() => {
    changed = true;
  });
  changes.observe(document.body, { subtree: true, childList: true, characterData: true });
  const painted = new MessageChannel();
  painted.port1.onmessage = () => {
    if (changed) look();
    changed = false;
  };
  const frame = () => {
    requestAnimationFrame(frame);
    painted.port2.postMessage(null);
  };
  requestAnimationFrame(frame);
}

/** Runs in the page: the words seen of an answer with their times, once the last one is among them. */
function wordsShown(mark, count) {
  const seen = window.benchWords.get(mark);
  return seen?.at(-1)?.[0] === count - 1 ? seen : null;
}
