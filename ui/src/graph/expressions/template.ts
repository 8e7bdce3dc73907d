/** The parts of a text with expressions: literal text and code in `{{ }}`. Pure; does not look at what the code means. */
import { type Fault, scan, type Token } from "./scan";

/** Code between `{{` and `}}`: its place without them, and its tokens. */
export interface Code {
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly Token[];
  /** Whether `}}` ends it. When not, it reaches to the end of the text. */
  readonly closed: boolean;
}

/** Whether a value is computed when the workflow runs: a text that begins with `=`. */
export function isExpression(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("=");
}

/** The code in a text, in order, and what is wrong with the last of it. `at` is 1 for a text with its `=`. */
export function codesOf(text: string, at = 0): { codes: Code[]; fault: Fault | null } {
  const codes: Code[] = [];
  for (;;) {
    const opening = text.indexOf("{{", at);
    if (opening < 0) return { codes, fault: null };
    at = opening + 2;
    if (text[opening - 1] === "\\" && opening > 0) continue;
    const { tokens, end, fault } = scan(text, at, "braces");
    if (fault) {
      codes.push({ start: at, end: text.length, tokens, closed: false });
      const ended = fault.start >= text.length;
      return { codes, fault: ended ? { ...fault, start: opening, end: opening + 2 } : fault };
    }
    codes.push({ start: at, end, tokens, closed: true });
    at = end + 2;
  }
}

/** The code that a place is in; undefined for literal text. */
export function codeAt(codes: readonly Code[], place: number): Code | undefined {
  return codes.find(({ start, end }) => start <= place && place <= end);
}
