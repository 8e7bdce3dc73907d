/** How the editor looks: colours from the style sheet of the window, so that both schemes need nothing of their own. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const MONOSPACE = "var(--mantine-font-family-monospace)";

/** Frame, gutters, tooltips and marks. */
export const look = EditorView.theme({
  "&": { fontSize: "12px", color: "var(--text)", backgroundColor: "transparent", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: MONOSPACE, lineHeight: "18px", maxHeight: "inherit", overflow: "auto" },
  ".cm-content": { padding: "5px 0", caretColor: "var(--text)", userSelect: "text" },
  // A click below the last line is a click into the text.
  ".cm-content, .cm-gutter": { minHeight: "calc(var(--editor-rows, 1) * 18px + 10px)" },
  ".cm-line": { padding: "0 9px" },
  ".cm-placeholder": { color: "var(--mantine-color-placeholder)" },
  ".cm-gutters": { color: "var(--text-dimmed)", backgroundColor: "transparent", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 10px", minWidth: "28px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 26%, transparent)",
  },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-dropCursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent)",
    outline: "1px solid color-mix(in srgb, var(--accent) 50%, transparent)",
  },
  "&.cm-focused .cm-nonmatchingBracket": { color: "var(--removed)", backgroundColor: "transparent" },
  ".cm-specialChar": { color: "var(--removed)" },
  ".cm-problem": {
    textDecoration: "underline wavy var(--removed) 1px",
    textDecorationSkipInk: "none",
    textUnderlineOffset: "3px",
  },
  ".cm-code": { backgroundColor: "var(--action-soft)", borderRadius: "3px", color: "var(--accent-text)" },
  ".cm-braces": { color: "var(--text-dimmed)" },
  ".cm-text": { color: "var(--trigger)" },
  ".cm-number": { color: "var(--condition)" },
  ".cm-tooltip": {
    border: "1px solid var(--line-strong)",
    borderRadius: "8px",
    backgroundColor: "var(--surface-raised)",
    color: "var(--text)",
    boxShadow: "var(--mantine-shadow-md)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: MONOSPACE, maxHeight: "220px", minWidth: "220px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    alignItems: "baseline",
    gap: "12px",
    padding: "3px 10px",
    lineHeight: "18px",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "var(--text)",
    backgroundColor: "var(--surface-selected)",
  },
  ".cm-completionLabel": { overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent-text)", fontWeight: "600" },
  ".cm-completionDetail": {
    flex: "1",
    minWidth: "0",
    marginLeft: "0",
    overflow: "hidden",
    color: "var(--text-dimmed)",
    fontFamily: "var(--mantine-font-family)",
    fontSize: "11px",
    fontStyle: "normal",
    textAlign: "right",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  ".cm-tooltip.cm-completionInfo": {
    padding: "6px 10px",
    maxWidth: "240px",
    fontFamily: "var(--mantine-font-family)",
    fontSize: "12px",
    lineHeight: "1.4",
    overflowWrap: "anywhere",
  },
});

/** Colours of JavaScript and JSON. */
export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.bool, tags.null], color: "var(--accent-text)" },
    { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: "var(--trigger)" },
    { tag: tags.number, color: "var(--condition)" },
    { tag: tags.comment, color: "var(--text-dimmed)", fontStyle: "italic" },
    { tag: [tags.propertyName, tags.definition(tags.variableName)], color: "var(--text)" },
    { tag: tags.function(tags.variableName), color: "var(--accent-text)" },
  ]),
);
