/** What stands before a dot: follows `$json.a[0].trim()` through the data that is there. Pure; evaluates nothing. */
import type { DataSource } from "../../bindings/DataSource";
import type { Token } from "../../graph/expressions/scan";
import { MEMBERS, ROOTS, type Type } from "./docs";
import { typeName } from "./values";

/** What a node's expressions can use, and the item that is looked at. */
export interface Data {
  readonly sources: readonly DataSource[];
  readonly item: number;
  /** What `$vars` has. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What is known of a value: its type and examples, the best first. */
export interface Known {
  readonly type: Type;
  readonly examples: readonly unknown[];
}

const UNKNOWN: Known = { type: "unknown", examples: [] };

/** What the tokens end with; null when that is no value that could have members. */
export function knownBefore(text: string, tokens: readonly Token[], data: Data): Known | null {
  const start = chainStart(text, tokens);
  return start === null ? null : new Reader(text, tokens.slice(start), data).read();
}

/** The number of the token at which the chain of members and calls begins that the last token ends. */
function chainStart(text: string, tokens: readonly Token[]): number | null {
  const word = (at: number) => text.slice(tokens[at]?.start, tokens[at]?.end);
  let at = tokens.length - 1;
  for (; at >= 0; at -= 1) {
    const isCall = word(at) === ")" || word(at) === "]";
    if (isCall) {
      at = openingOf(word, at);
      if (at < 0) return null;
      // Brackets behind a value belong to it; others, such as `(a + b)` and `[1, 2]`, are values by themselves.
      const before = tokens[at - 1];
      const belongs = before && (before.kind !== "punctuator" || [")", "]"].includes(word(at - 1)));
      if (belongs) continue;
      return at;
    }
    if (tokens[at]?.kind === "punctuator") return null;
    const dot = word(at - 1);
    if (at === 0 || (dot !== "." && dot !== "?.")) return at;
    at -= 1;
    // The token before the dot is looked at next.
  }
  return null;
}

function openingOf(word: (at: number) => string, from: number): number {
  let depth = 0;
  for (let at = from; at >= 0; at -= 1) {
    if ([")", "]", "}"].includes(word(at))) depth += 1;
    else if (["(", "[", "{"].includes(word(at))) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

class Reader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
    private readonly data: Data,
  ) {}

  read(): Known {
    let known = this.root();
    while (this.at < this.tokens.length) known = this.step(known);
    return known;
  }

  private word(ahead = 0): string {
    const token = this.tokens[this.at + ahead];
    return token ? this.text.slice(token.start, token.end) : "";
  }

  private root(): Known {
    const kind = this.tokens[this.at]?.kind;
    const name = this.word();
    if (name === "[") return this.skipTo({ type: "list", examples: [] });
    if (name === "(") return this.skipTo(UNKNOWN);
    this.at += 1;
    if (kind === "text" || kind === "template") return { type: "text", examples: [] };
    if (kind === "number") return { type: "number", examples: [] };
    if (name === "$json") return { type: "object", examples: this.items(undefined).map(({ json }) => json) };
    if (name === "$binary") return { type: "object", examples: this.items(undefined).map(({ binary }) => binary) };
    if (name === "$vars") return { type: "object", examples: [this.data.variables ?? {}] };
    if (name === "$" || name === "$items" || name === "$node") return this.node(name);
    const found = ROOTS.find((root) => root.name === name);
    if (!found) return UNKNOWN;
    return this.called({ type: found.gives, examples: [] }, found.call !== "");
  }

  /** `('Name')`, `["Name"]` or `.Name`: items of that node. */
  private node(name: "$" | "$items" | "$node"): Known {
    const label = this.word() === "." ? this.word(1) : unquoted(this.word(1));
    this.at += this.word() === "." ? 2 : 3;
    // The older spelling is the current item of the node.
    const type = ({ $: "node", $items: "items", $node: "item" } as const)[name];
    return { type, examples: this.items(label) };
  }

  private step(known: Known): Known {
    const word = this.word();
    if (word === "[") {
      const key = this.word(1);
      const kind = this.tokens[this.at + 1]?.kind;
      const alone = this.word(2) === "]";
      this.skip();
      if (alone && kind === "text") return this.member(known, unquoted(key));
      if (alone && kind === "number") return this.member(known, key);
      return UNKNOWN;
    }
    if (word === "(") return this.skipTo(UNKNOWN);
    this.at += word === "." || word === "?." ? 2 : 1;
    return this.member(known, this.text.slice(this.tokens[this.at - 1]?.start, this.tokens[this.at - 1]?.end));
  }

  private member(known: Known, name: string): Known {
    const inside = known.examples.flatMap((example) => {
      const has = typeof example === "object" && example !== null && Object.hasOwn(example, name);
      return has ? [(example as Record<string, unknown>)[name]] : [];
    });
    const isData = known.type === "object" || known.type === "list" || known.type === "unknown";
    if (isData && inside.length > 0) return this.called(knownOf(inside), false);
    const entry = MEMBERS[known.type].find((member) => member.name === name);
    if (known.type === "items") return { type: "item", examples: known.examples };
    if (!entry) return UNKNOWN;
    const examples = examplesOf(known, name);
    const gives = entry.gives === "unknown" ? knownOf(examples) : { type: entry.gives, examples };
    return this.called(gives, entry.call !== "");
  }

  /** A function gives its value only when it is called. */
  private called(known: Known, isFunction: boolean): Known {
    if (this.word() !== "(") return isFunction ? UNKNOWN : known;
    return this.skipTo(isFunction ? known : UNKNOWN);
  }

  private skipTo(known: Known): Known {
    this.skip();
    return known;
  }

  /** Passes over the brackets that begin here. */
  private skip(): void {
    let depth = 0;
    do {
      if (["(", "[", "{"].includes(this.word())) depth += 1;
      else if ([")", "]", "}"].includes(this.word())) depth -= 1;
      this.at += 1;
    } while (depth > 0 && this.at < this.tokens.length);
  }

  /** Items of a node, or those that arrive, the one that is looked at first. */
  private items(label: string | undefined) {
    const { sources, item } = this.data;
    const source = sources.find(({ node_id, label: own }) =>
      label === undefined ? !node_id : node_id && own === label,
    );
    const items = source?.items ?? [];
    const current = items[item];
    return current ? [current, ...items] : items;
  }
}

/** Examples behind a member that is no field of data. */
function examplesOf(known: Known, name: string): readonly unknown[] {
  if (known.type === "item") {
    return known.examples.map((item) => (item as Record<string, unknown>)[name]).filter((value) => value !== undefined);
  }
  if (known.type === "node") return known.examples;
  const lists = known.examples.filter(Array.isArray);
  if (known.type === "list" && name === "first") return lists.map((list) => list[0]);
  return known.type === "list" && ["filter", "slice", "unique", "compact"].includes(name) ? lists : [];
}

/** What these values are. */
export function knownOf(examples: readonly unknown[]): Known {
  const told = examples.filter((example) => example !== null && example !== undefined);
  const name = typeName(told[0]);
  const types: Record<string, Type> = { text: "text", number: "number", list: "list", object: "object" };
  return { type: name === "true or false" ? "boolean" : (types[name] ?? "unknown"), examples: told };
}

function unquoted(written: string): string {
  return written.slice(1, -1).replace(/\\(.)/g, "$1");
}
