/**
 * The editor, or a plain text field until it is there. Its code is large and is loaded when a form first needs it; where it
 * cannot be loaded, the text field stays.
 */
import { Textarea } from "@mantine/core";
import { type CSSProperties, type Ref, useEffect, useRef, useState } from "react";
import classes from "./Expressions.module.css";

/** A problem with its place in the text of the editor, in UTF-16 units. */
interface Problem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What can be done to an editor from outside. */
export interface EditorHandle {
  /** Writes a path such as `$json.total` at the cursor, with braces where it needs them, and takes the keyboard there. */
  insert(path: string): void;
  focus(): void;
}

/** An editor. */
export interface EditorProps {
  id?: string;
  value: string;
  onChange(text: string): void;
  /** `expression`: text with code in `{{ }}`. */
  language: "expression" | "javascript" | "json" | "text";
  /** Name for screen readers. */
  label: string;
  describedBy?: string;
  invalid: boolean;
  problems: readonly Problem[];
  /** Whether lines are numbered. */
  lines?: boolean;
  placeholder?: string;
  /** Whether it takes the keyboard when it appears, with the cursor at the end or this selected. */
  focus?: boolean;
  selection?: readonly [number, number];
  handle?: Ref<EditorHandle>;
  /** Lines of text it has at least. */
  rows?: number;
}

type Editor = typeof import("./editor/Editor").Editor;

let editor: Editor | null = null;
let loading: Promise<Editor | null> | null = null;

/** Loads the editor, once. A load that fails is tried again by the next form. */
export function loadEditor(): Promise<Editor | null> {
  loading ??= import("./editor/Editor").then(
    (module) => {
      editor = module.Editor;
      return editor;
    },
    () => {
      loading = null;
      return null;
    },
  );
  return loading;
}

/** The editor. */
export function LazyEditor(props: EditorProps) {
  const [Loaded, setLoaded] = useState<Editor | null>(() => editor);
  const field = useRef<HTMLTextAreaElement>(null);
  const [left, setLeft] = useState<{ focus: boolean; selection?: readonly [number, number] }>({
    focus: props.focus ?? false,
  });

  useEffect(() => {
    if (Loaded) return;
    let shown = true;
    void loadEditor().then((found) => {
      if (!shown || !found) return;
      const element = field.current;
      if (element && document.activeElement === element) {
        setLeft({ focus: true, selection: [element.selectionStart, element.selectionEnd] });
      }
      setLoaded(() => found);
    });
    return () => {
      shown = false;
    };
  }, [Loaded]);

  const rows = props.rows ?? 1;
  const rowsStyle = { minHeight: rows * 18 + 12, "--editor-rows": rows } as CSSProperties;
  return (
    <div className={classes.editor} data-invalid={props.invalid || undefined} style={rowsStyle}>
      {Loaded ? (
        <Loaded {...props} focus={left.focus} {...(left.selection ? { selection: left.selection } : {})} />
      ) : (
        <Textarea
          {...{ ref: field, id: props.id, value: props.value, minRows: rows, maxRows: 18 }}
          aria-label={props.label}
          aria-describedby={props.describedBy}
          aria-invalid={props.invalid}
          autoFocus={left.focus}
          autosize
          variant="unstyled"
          size="xs"
          className={classes.plain}
          placeholder={props.placeholder}
          spellCheck={false}
          onFocus={(event) => {
            const { length } = event.currentTarget.value;
            if (left.focus) event.currentTarget.setSelectionRange(length, length);
          }}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
