/**
 * Splits JavaScript into tokens, by the rules of the core (`crates/expression/src/scan.rs`): enough to know where an
 * expression ends and to find the names of nodes. Not a parser. Pure; linear in the text; never throws.
 */

/** What a token is. `template` is a piece of a template literal between its backticks and substitutions, with them. */
export type TokenKind = "identifier" | "number" | "text" | "template" | "pattern" | "punctuator";

/** A token and its place, in UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/** What keeps the text from being read on. */
export interface Fault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** The tokens up to the end of the code or to what is wrong with it. */
export interface Scanned {
  readonly tokens: readonly Token[];
  /** Where the code ends. */
  readonly end: number;
  readonly fault: Fault | null;
}

/** How far code reaches: to the end of the text, or to the first `}}` outside all brackets, texts and comments. */
export type Until = "end" | "braces";

const SPACE = /[\s\ufeff]/;
const IDENTIFIER_START = /[\p{L}\p{Nl}$_]|[^\0-\x7f]/u;
const IDENTIFIER_PART = /[\p{Alphabetic}\p{N}$_\u200c\u200d]/u;
/** Words after which `/` begins a regular expression. */
const OPERATORS = new Set("return typeof case in of delete void throw new instanceof else do await yield".split(" "));
const OPENING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** The tokens of the code that begins at `at`. */
export function scan(text: string, at: number, until: Until): Scanned {
  return new Scanner(text, at, until).all();
}

class Scanner {
  private readonly tokens: Token[] = [];
  /** Brackets that are open, with their places; a template's substitution as a backtick. */
  private readonly open: [bracket: string, at: number][] = [];
  /** Whether what came before ends an operand, so that `/` divides. */
  private operand = false;
  /** No regular expression begins before this place: an earlier search has found no end. */
  private noPatternBefore = 0;
  private fault: Fault | null = null;

  constructor(
    private readonly text: string,
    private at: number,
    private readonly until: Until,
  ) {}

  all(): Scanned {
    while (this.next());
    return { tokens: this.tokens, end: this.at, fault: this.fault };
  }

  private next(): boolean {
    if (!this.skipSpace()) return false;
    const start = this.at;
    const char = this.text[start];
    if (char === undefined) return this.ended();
    if (this.atBraces()) return false;
    const kind = this.token(char);
    if (kind === null) return false;
    this.tokens.push({ kind, start, end: this.at });
    return true;
  }

  private token(char: string): TokenKind | null {
    if (char === '"' || char === "'") return this.string(char);
    if (char === "`") return this.template(this.at);
    if (isDigit(char) || (char === "." && isDigit(this.text[this.at + 1]))) return this.number();
    if (char === "/") {
      const end = this.patternEnd();
      if (end !== null) return this.pattern(end);
    }
    if (IDENTIFIER_START.test(this.whole())) return this.identifier();
    return this.punctuator(char);
  }

  private refuse(message: string, start: number, end: number): null {
    this.fault ??= { message, start, end };
    return null;
  }

  private ended(): false {
    const open = this.open.at(-1);
    if (open) {
      const [bracket, at] = open;
      const name = bracket === "`" ? "${" : bracket;
      this.refuse(`\`${name}\` is never closed.`, at, at + name.length);
    } else if (this.until === "braces") {
      this.refuse("`{{` is never closed by `}}`.", this.at, this.at);
    }
    return false;
  }

  private atBraces(): boolean {
    return this.until === "braces" && this.open.length === 0 && this.text.startsWith("}}", this.at);
  }

  /** The character here, both halves of it. */
  private whole(): string {
    return String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
  }

  private skipSpace(): boolean {
    for (;;) {
      const char = this.text[this.at];
      if (char !== undefined && SPACE.test(char)) {
        this.at += 1;
      } else if (char === "/" && this.text[this.at + 1] === "/") {
        while (this.at < this.text.length && this.text[this.at] !== "\n" && !this.atBraces()) this.at += 1;
      } else if (char === "/" && this.text[this.at + 1] === "*") {
        const end = this.text.indexOf("*/", this.at + 2);
        if (end < 0) {
          this.refuse("`/*` is never closed by `*/`.", this.at, this.at + 2);
          return false;
        }
        this.at = end + 2;
      } else {
        return true;
      }
    }
  }

  private string(quote: string): TokenKind | null {
    const start = this.at;
    for (this.at += 1; ; ) {
      const char = this.text[this.at];
      if (char === undefined || char === "\n") {
        return this.refuse("A text is never closed by its quotation mark.", start, start + 1);
      }
      this.at += char === "\\" ? 2 : 1;
      if (char === quote) break;
    }
    this.operand = true;
    return "text";
  }

  /** Reads on behind a backtick or the brace that ends a substitution, up to the next of either. */
  private template(start: number): TokenKind | null {
    for (this.at += 1; ; ) {
      const char = this.text[this.at];
      if (char === undefined) return this.refuse("A template text is never closed by a backtick.", start, start + 1);
      if (char === "`") {
        this.at += 1;
        this.operand = true;
        return "template";
      }
      if (char === "$" && this.text[this.at + 1] === "{") {
        this.open.push(["`", this.at]);
        this.at += 2;
        this.operand = false;
        return "template";
      }
      this.at += char === "\\" ? 2 : 1;
    }
  }

  private number(): TokenKind {
    const hexadecimal = /^0[xX]/.test(this.text.slice(this.at, this.at + 2));
    for (;;) {
      const two = this.text.slice(this.at, this.at + 2);
      if (!hexadecimal && /^[eE][+-]$/.test(two)) this.at += 2;
      else if (/^[A-Za-z0-9._]/.test(two)) this.at += 1;
      else break;
    }
    this.operand = true;
    return "number";
  }

  /** The place behind the closing slash of the regular expression that begins here, when one does. */
  private patternEnd(): number | null {
    if (this.operand || this.at < this.noPatternBefore) return null;
    let inClass = false;
    for (let at = this.at + 1; ; at += 1) {
      const char = this.text[at];
      if (char === undefined || char === "\n") {
        this.noPatternBefore = at;
        return null;
      }
      if (char === "\\") at += 1;
      else if (char === "[") inClass = true;
      else if (char === "]") inClass = false;
      else if (char === "/" && !inClass) return at + 1;
    }
  }

  private pattern(end: number): TokenKind {
    this.at = end;
    while (/[A-Za-z]/.test(this.text[this.at] ?? "")) this.at += 1;
    this.operand = true;
    return "pattern";
  }

  private identifier(): TokenKind {
    const start = this.at;
    do this.at += this.whole().length;
    while (this.at < this.text.length && IDENTIFIER_PART.test(this.whole()));
    this.operand = !OPERATORS.has(this.text.slice(start, this.at));
    return "identifier";
  }

  private punctuator(char: string): TokenKind | null {
    const next = this.text[this.at + 1];
    if (char in OPENING) return this.close(char);
    let length = 1;
    if ("([{".includes(char)) {
      this.open.push([char, this.at]);
      this.operand = false;
    } else if ((char === "+" || char === "-") && next === char) {
      length = 2;
    } else {
      if (char === "?" && next === "." && !isDigit(this.text[this.at + 2])) length = 2;
      this.operand = false;
    }
    this.at += length;
    return "punctuator";
  }

  private close(char: string): TokenKind | null {
    const start = this.at;
    const [open] = this.open.pop() ?? [];
    if (open === "`" && char === "}") return this.template(start);
    if (open !== OPENING[char]) return this.refuse(`\`${char}\` closes nothing that is open.`, start, start + 1);
    this.at += 1;
    this.operand = true;
    return "punctuator";
  }
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= "0" && char <= "9";
}
