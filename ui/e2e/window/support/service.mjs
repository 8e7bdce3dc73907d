/** A service on loopback that workflows call: answers with JSON and remembers what it was asked. */
import { createServer } from "node:http";

/** Starts the service; it ends with the test. `answer` gets the request and its body, and returns `{status, body}`. */
export async function startService(test, answer) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    asked.push({ method: request.method, url: request.url, headers: request.headers, body });
    const { status = 200, body: answered } = answer(request, body);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answered));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  test.after(() => server.closeAllConnections() ?? server.close());
  const { port } = server.address();
  return { port, url: `http://127.0.0.1:${port}`, asked };
}
