/** The conversation: sending, streaming, stopping, reloading, clearing, and what a hostile answer can do. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, field, lastAnswer, openWorkflow, script, send, settled, startBrowser } from "./support/assistant.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const LONG = Array.from({ length: 400 }, (_, i) => `Sentence number ${i} of a long answer.`).join(" ");

describe("a conversation", () => {
  test("greets, takes the focus, and sends with Enter but not while blank", async () => {
    const { page, context, errors } = await browser.open();
    await page.getByRole("heading", { name: "Hello! I am the assistant of this workflow." }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "assistant-composer");
    assert.equal(await page.getByRole("button", { name: "Send" }).isDisabled(), true);
    await field(page).fill("   \n ");
    await field(page).press("Enter");
    assert.equal(await page.getByRole("button", { name: "Send" }).isDisabled(), true);
    assert.deepEqual(await calls(page, "chat_stream"), []);
    await field(page).fill("one");
    await field(page).press("Shift+Enter");
    await page.keyboard.type("two");
    assert.equal(await field(page).inputValue(), "one\ntwo");
    await field(page).press("Enter");
    await settled(page);
    const [{ request }] = await calls(page, "chat_stream");
    assert.equal(request.message, "one\ntwo");
    assert.equal(request.include_workflow_context, true);
    assert.equal(request.llm_provider, "builtin");
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("does not send what an input method is still composing", async () => {
    const { page, context } = await browser.open();
    await field(page).fill("にほん");
    await field(page).evaluate((element) => {
      const key = { key: "Enter", bubbles: true, cancelable: true, isComposing: true, keyCode: 229 };
      element.dispatchEvent(new KeyboardEvent("keydown", key));
    });
    await page.waitForTimeout(100);
    assert.deepEqual(await calls(page, "chat_stream"), []);
    await context.close();
  });

  test("shows text as it arrives", async () => {
    const { page, context } = await browser.open();
    await script(page, { text: LONG, pace: 200 });
    await send(page, "tell me");
    const lengths = [];
    for (let i = 0; i < 6; i += 1) {
      await page.waitForTimeout(120);
      lengths.push((await lastAnswer(page).textContent()).length);
    }
    assert.ok(new Set(lengths).size >= 4, `grows: ${lengths}`);
    assert.ok(await page.getByRole("button", { name: "Stop" }).isVisible());
    await context.close();
  });

  for (const way of ["button", "Escape"]) {
    test(`stops with ${way} and keeps what has arrived; its changes cannot be applied`, async () => {
      const { page, context } = await browser.open();
      await script(page, { text: LONG, ending: "stall", endsAfter: 5 });
      await send(page, "tell me");
      await page.waitForFunction(() => document.body.textContent.includes("Sentence number 0"));
      const started = Date.now();
      if (way === "button") await page.getByRole("button", { name: "Stop" }).click();
      else await page.keyboard.press("Escape");
      await page.getByText("You stopped this answer").waitFor();
      assert.ok(Date.now() - started < 1000);
      assert.match(await lastAnswer(page).textContent(), /Sentence number 0/);
      await page.getByRole("button", { name: "Try again" }).click();
      await settled(page);
      assert.equal((await calls(page, "chat_stream")).length, 2);
      await context.close();
    });
  }

  test("keeps what was typed: by workflow and over errors", async () => {
    const { page, context } = await browser.open();
    const error = {
      code: "disk_full",
      message: "The disk is full.",
      hint: "Make room.",
      retryable: true,
      problems: [],
    };
    await page.evaluate((fault) => window.__twin.fail("chat", fault), error);
    await send(page, "words I do not want to lose");
    await page.getByText("The disk is full", { exact: true }).waitFor();
    assert.equal(await field(page).inputValue(), "words I do not want to lose");
    await openWorkflow(page, "Weekly report");
    assert.equal(await field(page).inputValue(), "");
    await openWorkflow(page, "Untitled workflow");
    assert.equal(await field(page).inputValue(), "words I do not want to lose");
    await context.close();
  });

  test("offers the last message with the up arrow, to be edited and sent again", async () => {
    const { page, context } = await browser.open();
    await send(page, "first question");
    await settled(page);
    await field(page).press("ArrowUp");
    assert.equal(await field(page).inputValue(), "first question");
    await context.close();
  });

  test("says what to do next about an error, without a stack trace, and tries again", async () => {
    const { page, context } = await browser.open();
    const error = {
      code: "offline",
      message: "No network.",
      hint: "Connect and try again.",
      retryable: true,
      problems: [],
    };
    await script(page, { text: LONG, ending: "error", endsAfter: 3, error });
    await send(page, "tell me");
    const card = page.locator("[data-error-code=offline]");
    await card.waitFor();
    assert.match(await card.textContent(), /Connect and try again\./);
    assert.doesNotMatch(await page.textContent("body"), /at .*\.(js|ts):\d/);
    await card.getByRole("button", { name: "Try again" }).click();
    await settled(page);
    assert.equal((await calls(page, "chat_stream"))[1].request.message, "tell me");
    await context.close();
  });

  test("is interrupted when the stream ends without an ending", async () => {
    const { page, context } = await browser.open();
    await script(page, { text: LONG, ending: "drop", endsAfter: 3 });
    await send(page, "tell me");
    await page.getByText("The answer was cut off").waitFor();
    await context.close();
  });

  test("clears the history after asking, and says how much there was", async () => {
    const { page, context } = await browser.open();
    await send(page, "hello");
    await settled(page);
    const clear = async () => {
      await page.getByRole("button", { name: "More about this conversation" }).click();
      await page.getByRole("menuitem", { name: /Clear history/ }).click();
    };
    await clear();
    await page.getByRole("button", { name: "Keep it" }).click();
    assert.deepEqual(await calls(page, "clear_history"), []);
    await clear();
    await page.getByRole("button", { name: "Clear the history" }).click();
    await page.getByText("2 messages were deleted.").waitFor();
    assert.equal(await page.locator("article[data-role]").count(), 0);
    await clear();
    await page.getByRole("button", { name: "Clear the history" }).click();
    await page.getByText("There was nothing to clear.").waitFor();
    await context.close();
  });

  test("finds text with Ctrl F and copies the whole as Markdown", async () => {
    const { page, context } = await browser.open();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await script(page, { text: "A needle in the hay." });
    await send(page, "where is it?");
    await settled(page);
    await field(page).press("Control+f");
    await page.getByRole("textbox", { name: "Search this conversation" }).fill("NEEDLE");
    await page.locator("[data-found]").waitFor();
    assert.match(await page.locator("[data-found]").textContent(), /needle/);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "More about this conversation" }).click();
    await page.getByRole("menuitem", { name: "Copy as Markdown" }).click();
    await page.getByText("2 messages were copied as Markdown.").waitFor();
    assert.match(
      await page.evaluate(() => navigator.clipboard.readText()),
      /## You[\s\S]*where is it\?[\s\S]*A needle in the hay\./,
    );
    await context.close();
  });

  test("shows what would be sent and what was sent", async () => {
    const { page, context } = await browser.open();
    await field(page).fill("a question");
    await page.getByRole("button", { name: "See what would be sent" }).click();
    await page.getByRole("dialog").getByText("a question").waitFor();
    await page.keyboard.press("Escape");
    await field(page).press("Enter");
    await settled(page);
    await lastAnswer(page).hover();
    await page.getByRole("button", { name: "Details" }).click();
    await page.getByText("Built-in assistant").last().waitFor();
    await page.getByRole("button", { name: "What was sent" }).click();
    await page.getByRole("dialog", { name: "What was sent for this answer" }).getByText("a question").waitFor();
    await context.close();
  });
});

describe("a message written meanwhile", () => {
  test("is sent when the answer is done", async () => {
    const { page, context } = await browser.open();
    await script(page, { text: LONG, pace: 400 });
    await send(page, "first");
    await page.getByRole("button", { name: "Stop" }).waitFor();
    await send(page, "second");
    await page.getByText("Sent when the answer is done").waitFor();
    await page.waitForFunction(() => window.__twin.calls.filter(({ name }) => name === "chat_stream").length === 2);
    await settled(page);
    assert.equal(await field(page).inputValue(), "");
    await context.close();
  });

  test("stays a draft when the answer is stopped", async () => {
    const { page, context } = await browser.open();
    await script(page, { text: LONG, ending: "stall", endsAfter: 2 });
    await send(page, "first");
    await page.getByRole("button", { name: "Stop" }).waitFor();
    await send(page, "second");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("You stopped this answer").waitFor();
    assert.equal(await field(page).inputValue(), "second");
    assert.equal((await calls(page, "chat_stream")).length, 1);
    await context.close();
  });
});

describe("scrolling", () => {
  test("stays where the user has scrolled to, and leads back to the newest", async () => {
    const { page, context } = await browser.open();
    await script(page, { text: LONG.repeat(3), pace: 2000 });
    await send(page, "long");
    await settled(page);
    const log = page.getByRole("log");
    const atEnd = () => log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 48);
    assert.equal(await atEnd(), true);
    await script(page, { text: LONG.repeat(2), pace: 300 });
    await send(page, "longer");
    await page.waitForFunction(() =>
      document.querySelector("article[aria-busy=true]")?.textContent.includes("Sentence number 3 "),
    );
    await log.hover();
    await page.mouse.wheel(0, -3000);
    await page.waitForTimeout(200);
    const place = await log.evaluate((element) => element.scrollTop);
    await settled(page);
    assert.ok(Math.abs((await log.evaluate((element) => element.scrollTop)) - place) < 4);
    await page.getByRole("button", { name: /New messages|Newest/ }).click();
    await page.waitForTimeout(100);
    assert.equal(await atEnd(), true);
    await context.close();
  });
});

describe("what is being written", () => {
  test("is there after a reload that comes at once, in its own workflow only", async () => {
    const { page, context } = await browser.open();
    const [popup] = await Promise.all([
      page.waitForEvent("popup"),
      page.evaluate(() => void window.open(location.href)),
    ]);
    await openWorkflow(popup, "Weekly report");
    await field(popup).pressSequentially("half a sent");
    await popup.reload();
    await popup.waitForFunction(() => document.querySelector("#assistant-composer")?.value === "half a sent");
    await openWorkflow(popup, "Untitled workflow");
    assert.equal(await field(popup).inputValue(), "");
    await field(popup).fill("something else");
    await openWorkflow(popup, "Weekly report");
    assert.equal(await field(popup).inputValue(), "half a sent");
    const stored = await popup.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    assert.ok(!stored.includes("half a sent") && !stored.includes("something else"));
    // What was sent is no draft any more.
    await send(popup, "a whole sentence");
    await settled(popup);
    await popup.waitForTimeout(200);
    await popup.reload();
    await popup.locator("article[data-role=user]").waitFor();
    await popup.waitForTimeout(200);
    assert.equal(await field(popup).inputValue(), "");
    await context.close();
  });

  test("may be a mebibyte, which is not saved with each key", async () => {
    const { page, context } = await browser.open();
    const line = `${"All work and no play makes Jack a dull boy. ".repeat(24)}\n`;
    await field(page).evaluate((element, text) => {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(element, text);
      element.dispatchEvent(new Event("input", { bubbles: true }));
    }, line.repeat(1000));
    const saves = () => page.evaluate(() => window.__twin.calls.filter(({ name }) => name === "save_draft").length);
    await page.waitForFunction(() => window.__twin.calls.some(({ name }) => name === "save_draft"));
    const [before, begin] = [await saves(), Date.now()];
    await field(page).focus();
    await page.keyboard.type("0123456789", { delay: 20 });
    const took = Date.now() - begin;
    assert.ok((await saves()) - before <= 2 + took / 1000, `${(await saves()) - before} saves in ${took} ms`);
    await page.waitForFunction(() => {
      const { text } = window.__twin.calls.findLast(({ name }) => name === "save_draft").args;
      const shown = document.querySelector("#assistant-composer").value;
      return text === shown && text.length > 2 ** 20 && text.includes("0123456789");
    });
    await context.close();
  });
});

describe("p10_reload", () => {
  test("p10_a_window_reloaded_in_mid_stream_catches_up_and_shows_nothing_twice", async () => {
    const { page, context } = await browser.open();
    const [popup] = await Promise.all([
      page.waitForEvent("popup"),
      page.evaluate(() => void window.open(location.href)),
    ]);
    await openWorkflow(popup, "Weekly report");
    const text = Array.from({ length: 300 }, (_, i) => `word${i}.`).join(" ");
    await script(page, { text, chunkSize: 8, pace: 90 });
    await send(popup, "tell me everything");
    await popup.waitForFunction(() => document.body.textContent.includes("word20."));
    await popup.reload();
    await popup.waitForFunction(() =>
      document.querySelector("article[aria-busy=true]")?.textContent.includes("word0."),
    );
    await popup.waitForFunction(() => document.querySelector("article[aria-busy=true]") === null);
    assert.ok((await lastAnswer(popup).textContent()).includes(text));
    assert.equal(await popup.locator("article[data-role=user]").count(), 1);
    assert.equal(await popup.locator("article[data-role=assistant]").count(), 1);
    await context.close();
  });

  test("p10_a_second_send_to_a_busy_thread_is_refused_and_the_text_comes_back", async () => {
    const { page, context } = await browser.open();
    await script(page, { text: LONG, ending: "stall", endsAfter: 2 });
    await send(page, "first");
    await page.getByRole("button", { name: "Stop" }).waitFor();
    await send(page, "second");
    await page.waitForTimeout(100);
    assert.equal((await calls(page, "chat_stream")).length, 1);
    assert.equal(await field(page).inputValue(), "second");
    await context.close();
  });
});

describe("w1_hostile_answers", () => {
  const HOSTILE = [
    "![a](https://evil.example/a.png) ![b](//evil.example/b.png)",
    "<img src=https://evil.example/c.png onerror=fetch('https://evil.example/d')>",
    "<script>fetch('https://evil.example/e')</script>",
    "<link rel=stylesheet href=https://evil.example/f.css><style>@import url(https://evil.example/g.css);</style>",
    "<iframe src=https://evil.example/h></iframe><video src=https://evil.example/i autoplay></video>",
    "[x](https://evil.example/j) <https://evil.example/k> https://evil.example/l",
    "| a |\n|---|\n| ![m](https://evil.example/m.png) |",
  ].join("\n\n");

  test("w1_w2_no_request_leaves_the_window_and_nothing_runs", async () => {
    const { page, context, requests, errors } = await browser.open();
    const before = requests.length;
    await script(page, { text: HOSTILE, pace: 400 });
    await send(page, HOSTILE);
    await settled(page);
    await lastAnswer(page).hover();
    await page.waitForTimeout(300);
    assert.deepEqual(requests.slice(before), []);
    assert.deepEqual(errors, []);
    assert.equal(await page.locator("article img, article script, article iframe, article a[href]").count(), 0);
    await context.close();
  });

  test("w1_a_link_asks_first_and_shows_the_whole_address", async () => {
    const { page, context } = await browser.open();
    const url = "https://google.com@evil.example/\u202Efdp.exe?token=123";
    await script(page, { text: `[https://google.com](${url})` });
    await send(page, "a link");
    await settled(page);
    await page.getByRole("link", { name: "https://google.com" }).click();
    const dialog = page.getByRole("dialog", { name: "Open this address?" });
    const address = await dialog.locator("[data-address]").textContent();
    assert.match(address, /^https:\/\/google\.com@evil\.example\/‹U\+202E›fdp\.exe\?token=123$/);
    assert.equal(await dialog.locator("[data-address] b").textContent(), "evil.example");
    assert.match(await dialog.textContent(), /leads to evil\.example/);
    await page.keyboard.press("Escape");
    assert.deepEqual(await page.evaluate(() => window.__twin.machine.opened), []);
    await page.getByRole("link", { name: "https://google.com" }).click();
    await dialog.getByRole("button", { name: "Open in the browser" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal((await page.evaluate(() => window.__twin.machine.opened)).length, 1);
    await context.close();
  });

  test("w4_hostile_text_does_not_break_the_layout", async () => {
    const { page, context } = await browser.open({ width: 900, height: 600 });
    await script(page, {
      text: `${"a".repeat(20_000)}\u202E${"W".repeat(500)} ${"|".repeat(300)}`,
      pace: 2000,
      chunkSize: 200,
    });
    await send(page, "x".repeat(5000));
    await settled(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `${overflow}`);
    const log = await page.getByRole("log").evaluate((element) => element.scrollWidth - element.clientWidth);
    assert.ok(log <= 0, `${log}`);
    await context.close();
  });
});

describe("speed", () => {
  /** 95 % of the frames of an answer of 2,000 chunks a second are shorter than this, in milliseconds. */
  async function framesOfFastAnswer() {
    const { page, context } = await browser.open();
    const paragraph = "Some **bold** words and `code` in a paragraph that goes on for a while. ".repeat(6);
    await script(page, { text: `${paragraph}\n\n`.repeat(120), chunkSize: 12, pace: 2000 });
    await page.evaluate(() => {
      window.__frames = [];
      let last = performance.now();
      const tick = () => {
        const now = performance.now();
        window.__frames.push(now - last);
        last = now;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    await send(page, "fast");
    await page.waitForTimeout(300);
    await settled(page);
    const frames = await page.evaluate(() => window.__frames.slice(5).sort((a, b) => a - b));
    await context.close();
    return frames[Math.floor(frames.length * 0.95)];
  }

  test("2,000 chunks a second do not make the window wait", async (t) => {
    let best = Number.POSITIVE_INFINITY;
    // The machine may be busy with something else: the best of three counts.
    for (let attempt = 0; attempt < 3 && best >= 100; attempt += 1) best = Math.min(best, await framesOfFastAnswer());
    t.diagnostic(`95 % of frames within ${best.toFixed(0)} ms`);
    assert.ok(best < 100, `95 % of frames within ${best} ms`);
  });

  test("p12_ten_thousand_messages_open_in_a_second_and_older_ones_are_loaded_on_demand", async () => {
    const { page, context } = await browser.open({ workflow: "Weekly report" });
    await page.evaluate(() => {
      const { conversations, world } = window.__twin;
      const [id] = [...world.workflows.entries()].find(([, { workflow }]) => workflow.name === "Untitled workflow");
      const thread = conversations.begin(id);
      for (let i = 0; i < 10_000; i += 1) {
        conversations.add(thread, i % 2 === 0 ? "user" : "assistant", `Message **${i}** with some words.`);
      }
    });
    const started = Date.now();
    await openWorkflow(page, "Untitled workflow");
    await page.getByText("Message 9999 with some words.").waitFor();
    assert.ok(Date.now() - started < 3000, `${Date.now() - started} ms`);
    assert.equal(await page.locator("article[data-role]").count(), 50);
    for (let limit = 100; limit <= 12_800; limit *= 2) {
      const button = page.getByRole("button", { name: "Load older messages" });
      if ((await button.count()) === 0) break;
      await button.click();
      await page.waitForFunction(
        (count) => document.querySelectorAll("article[data-role]").length >= count,
        Math.min(limit, 10_000),
      );
    }
    assert.equal(await page.locator("article[data-role]").count(), 10_000);
    let quickest = Number.POSITIVE_INFINITY;
    for (const text of ["still", "quick", "to type"]) {
      const typed = Date.now();
      await field(page).fill(text);
      quickest = Math.min(quickest, Date.now() - typed);
    }
    assert.ok(quickest < 500, `${quickest} ms`);
    await context.close();
  });
});
