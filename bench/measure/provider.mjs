/**
 * A model server on loopback in the OpenAI format that writes words at a given rate and notes when each one went to the
 * socket. It also serves the pages of `bench/pages`, so that a bare page reads the very same stream.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
/** Words in a paragraph of the answer. */
const PARAGRAPH = 40;

/** Starts the server. `pages` is the folder its pages come from. */
export async function startProvider(pages) {
  let next = null;
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    if (path.endsWith("/chat/completions")) await answer(response, next);
    else if (path.endsWith("/models")) json(response, { object: "list", data: [{ id: "bench", object: "model" }] });
    else await page(response, pages, path);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /**
     * Says what the next answer is: `count` words at `rate` per second, the n-th being `<mark>w<n>.`. Returns the list
     * that the times of writing them go into, in milliseconds since 1970.
     */
    expect({ mark, rate, count }) {
      next = { mark, rate, count, sent: [] };
      return next.sent;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(response, { mark, rate, count, sent }) {
  response.socket.setNoDelay(true);
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(chunk('{"message":"'));
  const start = now();
  for (let word = 0; word < count && !response.destroyed; ) {
    const due = Math.min(count, Math.floor(((now() - start) * rate) / 1000) + 1);
    for (; word < due; word += 1) {
      const end = word % PARAGRAPH === PARAGRAPH - 1 ? "\\n\\n" : " ";
      response.write(chunk(`${mark}w${word}.${end}`));
      sent[word] = now();
    }
    await pause(1);
  }
  response.write(chunk('","actions":[]}'));
  response.end(`${data({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`);
}

const data = (value) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (content) => data({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const now = () => performance.timeOrigin + performance.now();

function json(response, value) {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function page(response, folder, path) {
  const file = await readFile(join(folder, normalize(path))).catch(() => null);
  if (file === null) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(file);
}
