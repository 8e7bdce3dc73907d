/** What a person types to allow a workflow something, as a grant, or what is wrong with it. Pure. */
import type { Grant } from "../../bindings/Grant";

/** A grant, or a sentence that says why it is none. */
export type Parsed = { grant: Grant } | { problem: string };

const EXAMPLE = "Such as 127.0.0.1:8080 or printer.local:631.";

/** Reads `host:port`; an IPv6 address stands in brackets. */
export function parseHost(text: string): Parsed {
  const typed = text.trim().toLowerCase();
  if (typed === "") return { problem: `Type a host and a port. ${EXAMPLE}` };
  if (typed.includes("://")) return { problem: `Only host and port, without http:// and without a path. ${EXAMPLE}` };
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:/\s]+)):(\d+)$/.exec(typed) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || digits === undefined) {
    return {
      problem: /[/?#]/.test(typed)
        ? `Only host and port, without a path. ${EXAMPLE}`
        : `A host and a port, with a colon between. ${EXAMPLE}`,
    };
  }
  const port = Number(digits);
  if (port < 1 || port > 65_535) return { problem: "A port is from 1 to 65,535." };
  if (bracketed !== undefined) {
    if (!URL.canParse(`http://[${bracketed}]/`)) return { problem: "This is not an IPv6 address." };
    return { grant: { type: "host", host: bracketed, port } };
  }
  if (host.includes("*")) return { problem: "Each host is allowed by itself: no * here." };
  const isName = /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*$/.test(host);
  if (!isName || !URL.canParse(`http://${host}/`)) return { problem: `“${host}” is not a host's name or address.` };
  return { grant: { type: "host", host, port } };
}

/** Reads the absolute path of a folder. */
export function parseFolder(text: string, write: boolean): Parsed {
  const typed = text.trim();
  if (typed === "") return { problem: "Type the path of a folder." };
  const isAbsolute = /^\/|^[a-z]:[\\/]|^\\\\[^\\]/i.test(typed);
  if (!isAbsolute) return { problem: "The whole path, from the root: such as /home/you/reports." };
  if (typed.split(/[\\/]/).includes("..")) return { problem: "A path without “..”: write where it leads." };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no folder that is meant has one
  if (/[\u0000-\u001f]/.test(typed)) return { problem: "The path holds a character that cannot be typed." };
  const path = typed.length > 1 && !/^[a-z]:[\\/]$/i.test(typed) ? typed.replace(/[\\/]+$/, "") : typed;
  return { grant: { type: "folder", path: path === "" ? "/" : path, write } };
}
