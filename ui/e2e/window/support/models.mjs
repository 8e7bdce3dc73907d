/**
 * A model server on loopback that speaks the three wire formats, streams an answer it is given, and remembers what it
 * was asked. The formats' own tests, against servers somebody else wrote, are in crates/providers.
 */
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** Per format: the path it is asked on, the header its key comes in, and an answer as server-sent events. */
const formats = {
  openai: {
    path: /\/chat\/completions$/,
    key: (headers) => headers.authorization?.replace(/^Bearer /, ""),
    chunk: (text) => data({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] }),
    start: () => "",
    end: () =>
      data({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }) +
      data({ choices: [], usage: { prompt_tokens: 1200, completion_tokens: 90 } }) +
      "data: [DONE]\n\n",
  },
  anthropic: {
    path: /\/messages$/,
    key: (headers) => headers["x-api-key"],
    start: () =>
      event("message_start", {
        message: { id: "m", role: "assistant", content: [], usage: { input_tokens: 1200, output_tokens: 1 } },
      }) + event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    chunk: (text) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
    end: () =>
      event("content_block_stop", { index: 0 }) +
      event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 90 } }) +
      event("message_stop", {}),
  },
  gemini: {
    path: /:streamGenerateContent$/,
    key: (headers) => headers["x-goog-api-key"],
    start: () => "",
    chunk: (text) => data({ candidates: [{ content: { role: "model", parts: [{ text }] }, index: 0 }] }),
    end: () =>
      data({
        candidates: [{ content: { role: "model", parts: [{ text: "" }] }, finishReason: "STOP", index: 0 }],
        usageMetadata: { promptTokenCount: 1200, candidatesTokenCount: 90 },
      }),
  },
};

const data = (value) => `data: ${JSON.stringify(value)}\n\n`;
const event = (type, value) => `event: ${type}\n${data({ type, ...value })}`;

/** An answer that builds the workflow of the first story, as a model would write it. */
const buildsTheStory = {
  message: "I add a **webhook**, a check that the amount is over 100, and a Slack message for those that pass.",
  actions: [
    { type: "add_node", id: "n1", connector_id: "webhook", action_id: "receive", label: "Webhook", config: {} },
    {
      type: "add_node",
      id: "n2",
      connector_id: "if",
      action_id: "check",
      label: "Amount over 100",
      config: { conditions: [{ left: "={{ $json.amount }}", operator: "greater_than", right: 100 }], combine: "all" },
    },
    {
      type: "add_node",
      id: "n3",
      connector_id: "slack",
      action_id: "send_message",
      label: "Slack",
      config: { channel: "#sales", text: "A large amount arrived" },
    },
    { type: "add_edge", source: "n1", target: "n2" },
    { type: "add_edge", source: "n2", target: "n3", source_handle: "true" },
  ],
};

/**
 * Starts the server; it ends with the test. `key` is the only one it accepts. `answer` is what it says, or a function of what
 * it was asked and how often.
 */
export async function startModels(test, { key, answer = buildsTheStory, pieces = 40, pauseMs = 25 }) {
  const asked = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const format = Object.keys(formats).find((name) => formats[name].path.test(path));
    let body = "";
    for await (const part of request) body += part;
    if (format === undefined)
      return response
        .writeHead(404, { "content-type": "application/json" })
        .end('{"error":{"message":"no such path"}}');
    const { key: keyOf, start, chunk, end } = formats[format];
    asked.push({ format, path, url: request.url, key: keyOf(request.headers), body: JSON.parse(body) });
    if (keyOf(request.headers) !== key) {
      return response
        .writeHead(401, { "content-type": "application/json" })
        .end(
          '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key","type":"authentication_error"}}',
        );
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(start());
    const said = typeof answer === "function" ? answer(asked.at(-1).body, asked.length) : answer;
    for (const piece of cut(JSON.stringify(said), pieces)) {
      if (response.destroyed) return;
      response.write(chunk(piece));
      await pause(pauseMs);
    }
    response.end(end());
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  test.after(() => server.closeAllConnections() ?? server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, asked };
}

function cut(text, pieces) {
  const length = Math.ceil(text.length / pieces);
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}
