/** What is left on the disk. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Files below a folder that hold the text, plain, in Base64 or percent-encoded. */
export async function filesHolding(folder, text) {
  const forms = [text, Buffer.from(text).toString("base64").replace(/=+$/, ""), encodeURIComponent(text)].map((form) =>
    Buffer.from(form),
  );
  const found = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (forms.some((form) => bytes.includes(form))) found.push(path);
  }
  return found;
}
