/**
 * Sends the same request again and again over a few connections, in a process of its own so that its CPU time is not
 * counted. Started by {@link load}; prints one JSON line.
 */
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Requests answered within `seconds` over `connections`. */
export async function load(url, body, { seconds, connections }) {
  const file = fileURLToPath(import.meta.url);
  const { stdout } = await run(process.execPath, [file, url, body, String(seconds), String(connections)]);
  return JSON.parse(stdout);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , url, body, seconds, connections] = process.argv;
  const { hostname, port, pathname } = new URL(url);
  const request = Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const end = performance.now() + Number(seconds) * 1000;
  let [answered, failed] = [0, 0];
  const one = () =>
    new Promise((done) => {
      const socket = connect(Number(port), hostname, () => socket.write(request));
      socket.setNoDelay(true);
      let rest = "";
      socket.on("data", (data) => {
        rest += data.toString("latin1");
        const head = rest.indexOf("\r\n\r\n");
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(rest)?.[1] ?? 0);
        if (rest.length < head + 4 + length) return;
        if (rest.startsWith("HTTP/1.1 200")) answered += 1;
        else failed += 1;
        rest = rest.slice(head + 4 + length);
        if (performance.now() < end) socket.write(request);
        else socket.end();
      });
      socket.on("close", done);
      socket.on("error", done);
    });
  await Promise.all(Array.from({ length: Number(connections) }, one));
  process.stdout.write(JSON.stringify({ answered, failed, seconds: Number(seconds) }));
}
