/**
 * The labels of nodes that expressions and code name, and following a node's new label: the rules of
 * `crates/expression/src/names.rs`, held by the same cases. Pure; reads tokens only.
 */
import { scan, type Token } from "./scan";
import { codesOf, isExpression } from "./template";

/** What a text is: a parameter's value, an expression when it begins with `=`, or the code of a code node. */
export type Kind = "expression" | "code";

/** A mention of a node: its label, and the place to write a new one. */
interface Mention {
  label: string;
  start: number;
  end: number;
  /** `.Name` instead of a text in quotation marks. */
  dotted: boolean;
}

/** Labels of the nodes that a text names, each once, in the order of appearance. */
export function references(text: string, kind: Kind = "expression"): string[] {
  return [...new Set(found(text, kind).map(({ label }) => label))];
}

/** The text with every mention of the node `from` changed to `to`, and nothing else. */
export function renamed(text: string, from: string, to: string, kind: Kind = "expression"): string {
  let result = "";
  let copied = 0;
  for (const { label, start, end, dotted } of found(text, kind)) {
    if (label !== from) continue;
    result += text.slice(copied, start);
    result += dotted ? `[${literal(to, '"')}]` : literal(to, text[start] ?? '"');
    copied = end;
  }
  return result + text.slice(copied);
}

function found(text: string, kind: Kind): Mention[] {
  // Most texts name no node: the scan is for those that may.
  if (!text.includes("$")) return [];
  if (kind === "code") {
    const { tokens, fault } = scan(text, 0, "end");
    return fault ? [] : mentions(text, tokens);
  }
  if (!isExpression(text)) return [];
  const { codes, fault } = codesOf(text, 1);
  return fault ? [] : codes.flatMap(({ tokens }) => mentions(text, tokens));
}

function mentions(text: string, tokens: readonly Token[]): Mention[] {
  const word = (at: number) => text.slice(tokens[at]?.start, tokens[at]?.end);
  return tokens.flatMap((_, at) => {
    // `a.$("x")` is a method of `a`.
    if (at > 0 && [".", "?."].includes(word(at - 1))) return [];
    const mention = mentionAt(text, tokens.slice(at, at + 4));
    return mention ? [mention] : [];
  });
}

function mentionAt(text: string, tokens: readonly Token[]): Mention | null {
  const [first, second, third, fourth] = tokens.map(({ start, end }) => text.slice(start, end));
  const [, before, name] = tokens;
  if (!before || !name) return null;
  if (first === "$node" && second === "." && name.kind === "identifier") {
    return { label: third ?? "", start: before.start, end: name.end, dotted: true };
  }
  const called = (first === "$" || first === "$items") && second === "(";
  const member = first === "$node" && second === "[" && fourth === "]";
  if (!called && !member) return null;
  const label = contentOf(name, third ?? "");
  return label === null ? null : { label, start: name.start, end: name.end, dotted: false };
}

/** What a text, or a template literal without substitutions, says; null for anything else and for a wrong escape. */
function contentOf({ kind }: Token, written: string): string | null {
  const whole = kind === "template" && written.length > 1 && written.startsWith("`") && written.endsWith("`");
  return kind === "text" || whole ? unescaped(written.slice(1, -1)) : null;
}

const ESCAPE = /\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/gu;
const LETTERS: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", "\n": "" };

function unescaped(inner: string): string | null {
  let valid = true;
  const text = inner.replace(ESCAPE, (_, braced?: string, unit?: string, byte?: string, letter = "") => {
    const point = braced === undefined ? undefined : Number.parseInt(braced, 16);
    if (point !== undefined) {
      valid &&= point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
      return valid ? String.fromCodePoint(point) : "";
    }
    const code = unit ?? byte;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    valid &&= !/[0-9xu]/.test(letter);
    return LETTERS[letter] ?? letter;
  });
  return valid && !/\p{Surrogate}/u.test(text) ? text : null;
}

function literal(content: string, quote: string): string {
  const escaped = content.replace(/[\n\r\u2028\u2029\\"'`$]/g, (char) => {
    if (char === "\n") return "\\n";
    if (char === "\r") return "\\r";
    if (char === "\u2028" || char === "\u2029") return `\\u${char.charCodeAt(0).toString(16)}`;
    return char === quote || char === "\\" || (char === "$" && quote === "`") ? `\\${char}` : char;
  });
  return quote + escaped + quote;
}
