/** A variable as it is typed: its kind and a text, and what they mean. Pure. */

/** What kind of value. */
export type ValueKind = "text" | "number" | "boolean" | "json";

/** A variable that is being typed. */
export interface VariableDraft {
  /** Its name before; null for a new one. */
  readonly before: string | null;
  readonly name: string;
  readonly kind: ValueKind;
  readonly text: string;
}

/** Titles of the kinds, in the order of the form. */
export const VALUE_KINDS: readonly { value: ValueKind; label: string }[] = [
  { value: "text", label: "Text" },
  { value: "number", label: "Number" },
  { value: "boolean", label: "Yes or no" },
  { value: "json", label: "JSON" },
];

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NAME_LIMIT = 64;

/** An empty form. */
export const NEW_VARIABLE: VariableDraft = { before: null, name: "", kind: "text", text: "" };

/** The form of a variable that is there. */
export function draftOf(name: string, value: unknown): VariableDraft {
  const kind = kindOf(value);
  const text = kind === "json" ? JSON.stringify(value, null, 2) : String(value);
  return { before: name, name, kind, text };
}

/** What kind of value this is. */
function kindOf(value: unknown): ValueKind {
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "json";
}

/** What is wrong with a name, or null. */
export function nameProblem({ name, before }: VariableDraft, others: readonly string[]): string | null {
  if (name === "") return "A variable needs a name.";
  if (!NAME.test(name)) return "Letters, digits and _ only; it does not begin with a digit.";
  if (name.length > NAME_LIMIT) return `${NAME_LIMIT} characters at most.`;
  if (name !== before && others.includes(name)) return `There is a variable ${name} already.`;
  return null;
}

/** The value that a text means, or why it means none. */
export function readValue({ kind, text }: VariableDraft): { value: unknown } | { problem: string } {
  if (kind === "text") return { value: text };
  if (kind === "boolean") return { value: text === "true" };
  if (kind === "number") {
    const value = Number(text.trim());
    return text.trim() !== "" && Number.isFinite(value) ? { value } : { problem: "A number, such as 12 or 0.5." };
  }
  try {
    return { value: JSON.parse(text) };
  } catch (cause) {
    return { problem: `This is not JSON: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
}

/** The same text as another kind, where that can be said. */
export function withKind(draft: VariableDraft, kind: ValueKind): VariableDraft {
  const read = readValue(draft);
  if ("problem" in read) return { ...draft, kind };
  const { value } = read;
  if (kind === "json") return { ...draft, kind, text: JSON.stringify(value, null, 2) };
  if (kind === "boolean") return { ...draft, kind, text: String(value === true || value === "true") };
  return { ...draft, kind, text: typeof value === "string" ? value : JSON.stringify(value) };
}

/** Names that say that the value is a secret. */
const SECRET_NAME = /passw|passphrase|(^|_)pwd($|_)|secret|token|credential|api_?key|private_?key|access_?key/i;
/** Formats of well-known keys, and an address with a password in it. */
const SECRET_VALUES: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/,
  /\bsk-[A-Za-z0-9_-]{16,}/,
  /\b(gh[opusr]_|github_pat_|glpat-|xox[a-z]-|gsk_|xai-|pplx-|hf_|ntn_|npm_)[A-Za-z0-9_-]{10,}/,
  /\b[rs]k_(live|test)_[A-Za-z0-9]{16,}/,
  /\bAIza[A-Za-z0-9_-]{30,}/,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./,
  /\bbearer\s+[A-Za-z0-9._~+/=-]{8,}/i,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]*:[^\s/?#@]+@/i,
];
/** One word of letters and digits, as long as keys are and words are not. */
const LONG_WORD = /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_+/=-]{24,}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a value looks like a password or a key, which does not belong into a variable. */
export function looksLikeSecret(name: string, value: unknown): boolean {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text === undefined || text.length < 6) return false;
  if (typeof value === "string" && SECRET_NAME.test(name)) return true;
  if (SECRET_VALUES.some((pattern) => pattern.test(text))) return true;
  return LONG_WORD.test(text.trim()) && !UUID.test(text.trim());
}
