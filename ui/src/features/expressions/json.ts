/** Where a text stops being JSON, and why. The browsers' own messages name no place, or each in another way. Pure. */

/** What is wrong, with its place in UTF-16 units. */
export interface JsonProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON's texts have none, and that is the rule
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?![\w$])/y;
const SPACE = /[ \t\n\r]*/y;
const ANYTHING = /[\w$.+-]+|[\s\S]/uy;

/** The first thing that is wrong; null for JSON. Iterative: depth costs no stack. */
export function jsonProblem(text: string): JsonProblem | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    return locate(text);
  }
}

type Wanted = "value" | "first entry" | "first key" | "key" | "colon" | "comma" | "end";

function locate(text: string): JsonProblem {
  const open: { bracket: "[" | "{"; at: number }[] = [];
  let at = 0;
  let wanted: Wanted = "value";
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const problem = (message: string): JsonProblem => {
    const start = at;
    take(ANYTHING);
    return { message, start, end: Math.max(at, start) };
  };
  const afterValue = (): Wanted => (open.length > 0 ? "comma" : "end");

  for (;;) {
    take(SPACE);
    const char = text[at];
    const inner = open.at(-1);
    if (char === undefined) {
      if (inner) {
        return { message: `This \`${inner.bracket}\` is never closed.`, start: inner.at, end: inner.at + 1 };
      }
      return problem("There is no value yet.");
    }
    if (wanted === "end") return problem("JSON is one value: nothing may follow it.");
    const closes = inner !== undefined && char === (inner.bracket === "[" ? "]" : "}");
    if (closes && ["first entry", "first key", "comma"].includes(wanted)) {
      at += 1;
      open.pop();
      wanted = afterValue();
    } else if (wanted === "comma") {
      if (char !== ",") return problem(`A comma or \`${inner?.bracket === "[" ? "]" : "}"}\` is missing here.`);
      at += 1;
      wanted = inner?.bracket === "{" ? "key" : "value";
    } else if (wanted === "colon") {
      if (char !== ":") return problem("A colon is missing after the key.");
      at += 1;
      wanted = "value";
    } else if (wanted === "key" || wanted === "first key") {
      if (closes) return problem("There is a comma too many before this bracket.");
      if (!take(STRING)) return problem(badString(char, "Keys are texts in double quotes."));
      wanted = "colon";
    } else if (char === "[" || char === "{") {
      open.push({ bracket: char, at });
      at += 1;
      wanted = char === "[" ? "first entry" : "first key";
    } else if (take(STRING) || take(NUMBER) || take(WORD)) {
      wanted = afterValue();
    } else {
      if (closes) return problem(inner?.bracket === "[" ? "There is a comma too many." : "A value is missing here.");
      return problem(badString(char, "This is no value. Texts are in double quotes."));
    }
  }
}

function badString(char: string, otherwise: string): string {
  if (char === "'") return "Texts are in double quotes, not single ones.";
  return char === '"' ? "This text is not closed, or has a character that must be written as an escape." : otherwise;
}
