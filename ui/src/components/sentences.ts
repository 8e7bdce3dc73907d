/** Sentences from different places as one text. */

/** The sentences one after the other, each with the full stop it may lack. Empty ones are left out. */
export function sentences(...parts: readonly string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => (/[.!?…:][”"')\]]*$/.test(part) ? part : `${part}.`))
    .join(" ");
}
