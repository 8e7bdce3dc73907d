/**
 * The editor of expressions and code: CodeMirror in React. Loaded when it is first needed, never with the window; import it
 * through `LazyEditor` only.
 */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import { javascriptLanguage } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { type RefObject, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { codeAt, codesOf } from "../../../graph/expressions/template";
import { EXPRESSION_TYPE } from "../../../state/drag";
import { expressionData } from "../data";
import type { EditorProps } from "../LazyEditor";
import { completion } from "./complete";
import { colours, look } from "./look";
import { expressionMarks, problemMarks, setProblems } from "./marks";

/** JSON is JavaScript's notation of one value, which has its colours and its indentation. */
const JSON_LANGUAGE = javascriptLanguage.configure({ top: "SingleExpression" });

/** The editor. Its text is the document; places of problems are places in it. */
export function Editor(props: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { value, language, problems, handle } = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: everything else is read when it is needed
  useLayoutEffect(() => {
    if (!host.current) return;
    const { selection, focus } = latest.current;
    const doc = latest.current.value;
    const at = (place: number) => Math.min(place, doc.length);
    const range = selection ? { anchor: at(selection[0]), head: at(selection[1]) } : { anchor: doc.length };
    const state = EditorState.create({ doc, selection: range, extensions: extensions(latest) });
    const created = new EditorView({ parent: host.current, state });
    view.current = created;
    if (focus) created.focus();
    return () => {
      view.current = null;
      created.destroy();
    };
  }, [language]);

  useLayoutEffect(() => {
    const current = view.current;
    if (!current || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: setProblems.of(problems) });
  }, [problems]);

  useImperativeHandle(handle, () => ({
    insert: (path) => view.current && insertPath(view.current, path, language === "expression"),
    focus: () => view.current?.focus(),
  }));

  return <div ref={host} style={{ height: "100%", minHeight: 0, maxHeight: "inherit" }} />;
}

function extensions(latest: RefObject<EditorProps>): Extension[] {
  const { language, lines: numbered, placeholder: hint } = latest.current;
  const isExpression = language === "expression";
  const isCode = language === "javascript";
  return [
    // Only line feeds divide lines: every other character stays what it is.
    EditorState.lineSeparator.of("\n"),
    EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, "\n")),
    EditorState.tabSize.of(2),
    indentUnit.of("  "),
    history(),
    drawSelection(),
    dropCursor(),
    highlightSpecialChars(),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    isExpression ? [expressionMarks, brackets] : [],
    isCode ? [javascriptLanguage, colours] : [],
    language === "json" ? [JSON_LANGUAGE, colours] : [],
    isExpression || isCode ? completion(isCode, expressionData) : [],
    isExpression || isCode ? drops(isExpression) : [],
    numbered ? lineNumbers() : [],
    EditorView.lineWrapping,
    placeholder(hint ?? ""),
    problemMarks,
    look,
    // Tab leaves the field. What the window does with a key, such as Ctrl+Enter, is not taken from it.
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...standardKeymap, ...historyKeymap]),
    EditorView.contentAttributes.of(() => {
      const { id, label, describedBy, invalid, focus } = latest.current;
      const attributes: Record<string, string> = {
        "aria-label": label,
        "aria-invalid": String(invalid),
        spellcheck: "false",
      };
      // A dialog gives the keyboard to what says that it wants it.
      if (focus) attributes["data-autofocus"] = "";
      if (id) attributes.id = id;
      if (describedBy) attributes["aria-describedby"] = describedBy;
      return attributes;
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && update.state.doc.toString() !== latest.current.value) {
        latest.current.onChange(update.state.doc.toString());
      }
    }),
  ];
}

/** In literal text a quotation mark or a bracket stands for itself: people write “It's (nearly) done”. */
const brackets = EditorState.languageData.of((state, place) => {
  const code = codeAt(codesOf(state.doc.toString()).codes, place);
  return [{ closeBrackets: { brackets: code ? ["(", "[", "{", "'", '"', "`"] : ["{"] } }];
});

/** Fields of the data are written where they are dropped. */
function drops(template: boolean): Extension {
  return EditorView.domEventHandlers({
    dragover: (event) => {
      if (!event.dataTransfer?.types.includes(EXPRESSION_TYPE)) return false;
      event.preventDefault();
      return false;
    },
    drop: (event, view) => {
      const dropped = event.dataTransfer?.getData(EXPRESSION_TYPE) ?? "";
      if (dropped === "") return false;
      event.preventDefault();
      // The field around the editor takes drops too.
      event.stopPropagation();
      const place = view.posAtCoords({ x: event.clientX, y: event.clientY }, false);
      view.dispatch({ selection: { anchor: place } });
      insertPath(view, dropped.replace(/^\{\{\s*|\s*\}\}$/g, ""), template);
      return true;
    },
  });
}

/** Writes a path over the selection: in literal text with braces, in code without. */
function insertPath(view: EditorView, path: string, template: boolean): void {
  const { from, to } = view.state.selection.main;
  const inCode = !template || codeAt(codesOf(view.state.doc.toString()).codes, from) !== undefined;
  const insert = inCode ? path : `{{ ${path} }}`;
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + insert.length },
    scrollIntoView: true,
    userEvent: "input.paste",
  });
  view.focus();
}
