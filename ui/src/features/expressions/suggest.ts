/** What can be written at a place: fields of the data, names of nodes, functions. Pure; reads the text before the place. */
import { displayText } from "../../components/displayText";
import { quoted, segment } from "../../graph/expressions/paths";
import { scan } from "../../graph/expressions/scan";
import { codeAt, codesOf } from "../../graph/expressions/template";
import { type Data, type Known, knownBefore, knownOf } from "./chain";
import { type Entry, MEMBERS, ROOTS } from "./docs";
import { exampleText } from "./values";

/** Something to write. */
export interface Suggestion {
  readonly label: string;
  readonly kind: "field" | "node" | "name" | "function";
  /** Beside the label: type and example. */
  readonly detail: string;
  /** One line about it. */
  readonly about: string;
  /** What is written from {@link Suggestions.from} on. */
  readonly insert: string;
  /** Characters before `from` that are replaced too: the dot before `["a name"]`. */
  readonly before: number;
  /** What stands behind it afterwards; written unless it is there already. */
  readonly tail: string;
  /** Where the cursor goes, counted back from the end. */
  readonly back: number;
}

/** Suggestions for the text from `from` to the cursor. */
export interface Suggestions {
  readonly from: number;
  readonly options: readonly Suggestion[];
}

/** Suggestions at most. */
const MOST = 400;
/** What the scanner says of a place inside a text or a comment. */
const INSIDE = /^(A text|A template text|`\/\*`) /;
const NO_EXTRAS = { before: 0, tail: "", back: 0 };

/**
 * @param code whether all of the text is code
 * @param asked whether they were asked for, and not only a character typed
 */
export function suggest(text: string, place: number, code: boolean, data: Data, asked: boolean): Suggestions | null {
  const within = code ? { start: 0 } : codeAt(codesOf(text).codes, place);
  if (within) return inCode(text.slice(within.start, place), within.start, data, asked);
  return asked ? inText(text, place, data) : null;
}

function inCode(before: string, offset: number, data: Data, asked: boolean): Suggestions | null {
  const label = /(?:(?:\$|\$items)\s*(\()|\$node\s*(\[))\s*(["'`])((?:\\[\s\S]|(?!\3)[^\\\n])*)$/.exec(before);
  if (label) {
    const [, round, , quote = "'", typed = ""] = label;
    const options = labels(data).map((name) => nodeLabel(name, quote, round ? ")" : "]"));
    return { from: offset + before.length - typed.length, options };
  }
  const member = /(\?\.|\.)\s*([\p{L}\p{N}_$]*)$/u.exec(before);
  if (member) {
    const [whole, dot = ".", typed = ""] = member;
    const receiver = before.slice(0, before.length - whole.length);
    const { tokens, fault } = scan(receiver, 0, "end");
    // In a text or comment that is not closed the dot is part of it; behind a number it is the decimal point.
    if (fault && INSIDE.test(fault.message)) return null;
    const known = tokens.at(-1)?.kind === "number" ? null : knownBefore(receiver, tokens, data);
    if (!known) return null;
    return { from: offset + before.length - typed.length, options: members(known, dot) };
  }
  const root = /(?:^|[^\p{L}\p{N}_$.])(\$?[\p{L}\p{N}_$]*)$/u.exec(before);
  const typed = root?.[1];
  if (typed === undefined || (typed === "" && !asked)) return null;
  const { fault } = scan(before, 0, "end");
  if (fault && INSIDE.test(fault.message)) return null;
  return { from: offset + before.length - typed.length, options: roots(data) };
}

/** In literal text: fields as whole expressions. */
function inText(text: string, place: number, data: Data): Suggestions {
  const fields = members({ ...knownOf(arriving(data)), type: "object" }, ".").filter(({ kind }) => kind === "field");
  const options = fields.map((field) => {
    const path = field.before > 0 ? `$json${field.insert}` : `$json.${field.insert}`;
    return { ...field, ...NO_EXTRAS, label: `{{ ${path} }}`, insert: `{{ ${path} }}` };
  });
  const open = {
    label: "{{ }}",
    kind: "name",
    detail: "",
    about: "An expression.",
    insert: "{{  }}",
    ...NO_EXTRAS,
  } as const;
  const braces = /\{+$/.exec(text.slice(0, place))?.[0].length ?? 0;
  return { from: place - Math.min(braces, 2), options: [...options, { ...open, back: 3 }] };
}

function arriving({ sources, item }: Data): unknown[] {
  const items = sources.find(({ node_id }) => !node_id)?.items ?? [];
  const current = items[item];
  return (current ? [current, ...items] : items).map(({ json }) => json);
}

function members(known: Known, dot: string): Suggestion[] {
  const fields = new Map<string, unknown>();
  if (known.type === "object") {
    for (const example of known.examples) {
      if (typeof example !== "object" || example === null) continue;
      for (const [name, value] of Object.entries(example)) {
        if (fields.size >= MOST) break;
        if (!fields.has(name) || fields.get(name) === null) fields.set(name, value);
      }
    }
  }
  const inherited = MEMBERS[known.type].filter(({ name }) => !fields.has(name));
  return [...[...fields].map(([name, value]) => field(name, value, dot)), ...inherited.map(named)];
}

function field(name: string, value: unknown, dot: string): Suggestion {
  const written = segment(name);
  const plain = written.startsWith(".");
  const optional = dot === "?." && !plain ? "?." : "";
  return {
    label: displayText(name, 60),
    kind: "field",
    detail: exampleText(value),
    about: "",
    insert: plain ? name : optional + written,
    before: plain ? 0 : dot.length,
    tail: "",
    back: 0,
  };
}

function named({ name, call, about }: Entry): Suggestion {
  const takes = call.length > 2;
  return {
    label: name + call,
    kind: call === "" ? "name" : "function",
    detail: "",
    about,
    insert: name + (call === "" ? "" : "()"),
    before: 0,
    tail: "",
    back: takes ? 1 : 0,
  };
}

function roots(data: Data): Suggestion[] {
  const nodes = labels(data).map((label): Suggestion => {
    const written = `$(${quoted(label)})`;
    return {
      label: displayText(written, 60),
      kind: "node",
      detail: "",
      about: "Items of this node.",
      insert: written,
      ...NO_EXTRAS,
    };
  });
  const [json, ...others] = ROOTS.filter(({ name }) => name !== "$").map(named);
  return json ? [json, ...nodes, ...others] : nodes;
}

function nodeLabel(label: string, quote: string, bracket: string): Suggestion {
  const escaped = quoted(label).slice(1, -1).replaceAll("\\'", "'");
  const insert = escaped.replace(quote === "`" ? /[`$]/g : new RegExp(quote, "g"), "\\$&");
  return {
    label: displayText(label, 60),
    kind: "node",
    detail: "",
    about: "",
    insert,
    before: 0,
    tail: quote + bracket,
    back: 0,
  };
}

function labels({ sources }: Data): string[] {
  return [...new Set(sources.filter(({ node_id }) => node_id).map(({ label }) => label))];
}
