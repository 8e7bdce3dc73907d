/** What is drawn over the text: the code in `{{ }}` by the tokens of the core's rules, and problems as underlines. */
import { type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { TokenKind } from "../../../graph/expressions/scan";
import { codesOf } from "../../../graph/expressions/template";

/** A problem with its place in the document. */
export interface Underlined {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

const CODE = Decoration.mark({ class: "cm-code" });
const BRACES = Decoration.mark({ class: "cm-braces" });
const TOKENS: Partial<Record<TokenKind, Decoration>> = {
  text: Decoration.mark({ class: "cm-text" }),
  template: Decoration.mark({ class: "cm-text" }),
  pattern: Decoration.mark({ class: "cm-text" }),
  number: Decoration.mark({ class: "cm-number" }),
};

/** Marks the code in what is on screen. */
function codeMarks(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const { from, to } = view.viewport;
  for (const { start, end, tokens, closed } of codesOf(view.state.doc.toString()).codes) {
    const [first, last] = [start - 2, closed ? end + 2 : end];
    if (last < from) continue;
    if (first > to) break;
    builder.add(Math.max(first, 0), last, CODE);
    builder.add(start - 2, start, BRACES);
    for (const token of tokens) {
      const mark = TOKENS[token.kind];
      if (mark && token.end >= from && token.start <= to) builder.add(token.start, token.end, mark);
    }
    if (closed) builder.add(end, end + 2, BRACES);
  }
  return builder.finish();
}

/** Highlights `{{ }}`. */
export const expressionMarks: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = codeMarks(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.decorations = codeMarks(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** Says what is wrong with the document as it is now. */
export const setProblems = StateEffect.define<readonly Underlined[]>();

const problemField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    const told = transaction.effects.find((effect) => effect.is(setProblems));
    if (!told) return marks.map(transaction.changes);
    const { length } = transaction.newDoc;
    const ranges = (told.value as readonly Underlined[]).flatMap(({ message, start, end }) => {
      // A place without width, such as the end of the text, underlines the character before it.
      const to = Math.min(Math.max(end, start + 1), length);
      const from = Math.max(0, Math.min(start, to - 1));
      return from < to
        ? [Decoration.mark({ class: "cm-problem", attributes: { title: message } }).range(from, to)]
        : [];
    });
    return Decoration.set(ranges, true);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Underlines problems. */
export const problemMarks: Extension = problemField;
