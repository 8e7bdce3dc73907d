/**
 * Text from data as the screen can hold it: bounded in length, one line, without characters that act on the layout.
 * For showing only; what is stored never passes through here.
 */

/** Characters shown at most where nothing else is said. */
const LONGEST = 240;

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The text, cut after `longest` code units, line breaks as spaces, other control characters by their number. */
export function displayText(text: string, longest = LONGEST): string {
  const cut = text.length > longest;
  let shown = cut ? text.slice(0, longest) : text;
  if (cut && /[\ud800-\udbff]$/.test(shown)) shown = shown.slice(0, -1);
  shown = shown.replace(CONTROLS, (character) => {
    if (character === "\n" || character === "\r" || character === "\t") return " ";
    return `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}›`;
  });
  return cut ? `${shown}…` : shown;
}
