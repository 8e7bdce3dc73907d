/** Completion from the data that is there: what `suggest` says, as CodeMirror wants it. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Data } from "../chain";
import { type Suggestion, suggest } from "../suggest";

const KINDS = { field: "property", node: "variable", name: "constant", function: "function" } as const;
/** Fields of the data before everything else, then nodes, then names. */
const BOOST = { field: 3, node: 2, name: 1, function: 0 } as const;

/** Completion for text with expressions, or with `code` for text that is all code. */
export function completion(code: boolean, data: () => Data): Extension {
  const source = ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const found = suggest(state.doc.toString(), pos, code, data(), explicit);
    if (!found || found.options.length === 0) return null;
    return { from: found.from, options: found.options.map(completionOf), validFor: /^[\p{L}\p{N}_$]*$/u };
  };
  return autocompletion({
    override: [source],
    icons: false,
    activateOnTypingDelay: 50,
    tooltipClass: () => "cm-suggestions",
  });
}

function completionOf(suggestion: Suggestion): Completion {
  const { label, kind, detail, about } = suggestion;
  return {
    label,
    detail,
    type: KINDS[kind],
    boost: BOOST[kind],
    ...(about === "" ? {} : { info: about }),
    apply: (view, completion, from, to) => write(view, suggestion, completion, from, to),
  };
}

function write(
  view: EditorView,
  { insert, before, tail, back }: Suggestion,
  completion: Completion,
  from: number,
  to: number,
) {
  // What closing brackets have put there already is passed over.
  let there = 0;
  while (there < tail.length && view.state.sliceDoc(to + there, to + there + 1) === tail[there]) there += 1;
  // A call gets no second pair of brackets.
  const called = insert.endsWith("()") && view.state.sliceDoc(to, to + 1) === "(";
  const text = (called ? insert.slice(0, -2) : insert) + tail;
  view.dispatch({
    changes: { from: from - before, to: to + there, insert: text },
    selection: { anchor: from - before + text.length - (called ? 0 : back) },
    annotations: pickedCompletion.of(completion),
    scrollIntoView: true,
    userEvent: "input.complete",
  });
}
