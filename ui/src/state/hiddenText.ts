/**
 * Makes characters visible that a person would not see: direction marks, invisible and control characters, spaces that
 * are not spaces, long runs of spaces. For text that a decision hangs on, such as the address of a link.
 */

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}]/u;
const FOREIGN_SPACE = /(?! )\p{Zs}/u;
/** Joiners and variants within an emoji are seen as part of it. */
const WITHIN_EMOJI =
  /(?<=\p{Extended_Pictographic}\p{Emoji_Modifier}?)\u{FE0F}|(?<=\p{Extended_Pictographic}\p{Emoji_Modifier}?\u{FE0F}?)\u{200D}(?=\p{Extended_Pictographic})/u;
const HIDDEN = new RegExp(`(${WITHIN_EMOJI.source})|(?:${INVISIBLE.source}|${FOREIGN_SPACE.source})`, "gu");
const LONG_RUN = / {9,}/g;

/** The text with every hidden character written as `‹U+202E›` and runs of more than eight spaces as `‹12 spaces›`. */
export function revealHidden(text: string): string {
  return text
    .replace(HIDDEN, (character, visible?: string) => visible ?? mark(character))
    .replace(LONG_RUN, (run) => `‹${run.length} spaces›`);
}

/** Whether the text holds something a person would not see. */
export function hasHidden(text: string): boolean {
  return revealHidden(text) !== text;
}

function mark(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
}
