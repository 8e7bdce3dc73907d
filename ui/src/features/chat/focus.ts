/** Where the cursor goes: the one text field of the panel. */

/** Identifier of the text field. */
export const COMPOSER_ID = "assistant-composer";

/** Puts the cursor into the text field, at its end. */
export function focusComposer(): void {
  requestAnimationFrame(() => {
    const field = document.getElementById(COMPOSER_ID);
    if (!(field instanceof HTMLTextAreaElement)) return;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
}
