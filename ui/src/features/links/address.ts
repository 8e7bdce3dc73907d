/** What a person should know about an address before opening it. Pure. */
import { hasHidden, revealHidden } from "../../state/hiddenText";

/** An address in three parts, as it is shown, with warnings. */
export interface Examined {
  readonly before: string;
  /** Where it really leads; letters of other alphabets as the network spells them. */
  readonly host: string;
  readonly after: string;
  readonly warnings: readonly string[];
}

/** Takes an address apart. `text` is what the link said. */
export function examine(url: string, text: string | null): Examined {
  const address = parse(url);
  if (address === null || address.host === "") {
    const warnings = hasHidden(url) ? [HIDDEN] : [];
    return { before: revealHidden(url), host: "", after: "", warnings };
  }
  const user = address.username === "" ? "" : `${address.username}${address.password === "" ? "" : ":•••"}@`;
  return {
    before: revealHidden(`${address.protocol}//${user}`),
    host: revealHidden(address.host),
    after: revealHidden(readablePath(address)),
    warnings: warningsFor(url, address, text),
  };
}

const HIDDEN = "It holds characters that are not visible; they are written out above.";

function warningsFor(url: string, address: URL, text: string | null): string[] {
  const warnings: string[] = [];
  if (hasHidden(url) || hasHidden(readablePath(address))) warnings.push(HIDDEN);
  if (/(^|\.)xn--/.test(address.hostname)) {
    const written = authorityOf(url);
    const spelled = written === "" || written === address.host ? "" : ` (written as “${revealHidden(written)}”)`;
    warnings.push(`Its name has letters of another alphabet${spelled}. Such names can look like others.`);
  }
  if (address.username !== "")
    warnings.push("A user name stands before the host. What leads somewhere is the part in bold.");
  if (address.protocol === "http:") warnings.push("The connection is not encrypted.");
  const claimed = text === null ? null : hostIn(text);
  if (claimed !== null && claimed !== address.hostname) {
    warnings.push(
      `The link says “${revealHidden(text?.trim().slice(0, 80) ?? "")}”, but leads to ${address.hostname}.`,
    );
  }
  return warnings;
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

/** The host as it was written, before the network's spelling. */
function authorityOf(url: string): string {
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? "";
  return authority.slice(authority.lastIndexOf("@") + 1);
}

/** Path, query and fragment with percent signs decoded where that gives text, so that nothing hides in them. */
function readablePath({ pathname, search, hash }: URL): string {
  const rest = pathname + search + hash;
  try {
    const decoded = decodeURI(rest);
    return hasHidden(decoded) ? decoded : rest;
  } catch {
    return rest;
  }
}

/** The host a text claims to lead to, if it looks like an address at all. */
function hostIn(text: string): string | null {
  const trimmed = text.trim();
  const looksLike = /^(https?:\/\/)?([\w-]+\.)+[a-z]{2,}(:\d+)?([/?#].*)?$/i.test(trimmed);
  if (!looksLike) return null;
  return parse(/^https?:/i.test(trimmed) ? trimmed : `https://${trimmed}`)?.hostname ?? null;
}
