/** Code in a form: JavaScript, JSON or any other, with numbered lines. */
import { IconArrowsDiagonal } from "@tabler/icons-react";
import { useId, useMemo, useState } from "react";
import type { NodeId } from "../../bindings/NodeId";
import { IconAction } from "../../components/IconAction";
import { useSources } from "./data";
import classes from "./Expressions.module.css";
import { jsonProblem } from "./json";
import { LargeEditor } from "./LargeEditor";
import { type EditorProps, LazyEditor } from "./LazyEditor";

interface Props {
  id?: string;
  nodeId: NodeId;
  label: string;
  value: string;
  onChange(value: string): void;
  language: "javascript" | "json" | "text";
  /** For JSON: whether a text that is no JSON is a value too. */
  textAllowed?: boolean;
  invalid: boolean;
  placeholder?: string;
}

/** The field. */
export function CodeField({ nodeId, label, language, textAllowed = false, invalid, ...field }: Props) {
  const says = useId();
  const [large, setLarge] = useState(false);
  useSources(nodeId);
  const problems = useMemo(
    () => (language === "json" ? jsonProblems(field.value, textAllowed) : []),
    [language, field.value, textAllowed],
  );
  const editor: EditorProps = {
    ...field,
    label,
    language,
    describedBy: says,
    invalid: invalid || problems.length > 0,
    problems,
    lines: true,
    rows: language === "text" ? 3 : 5,
  };
  const title = { javascript: "JavaScript", json: "JSON", text: "" }[language];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only watches the keyboard of the editor inside
    <div
      className={classes.code}
      onKeyDown={(event) => {
        if (event.key === "Escape" && event.isDefaultPrevented()) event.stopPropagation();
      }}
    >
      <LazyEditor {...editor} />
      <IconAction
        className={classes.enlarge}
        label={`Larger editor for ${label}`}
        size={20}
        onClick={() => setLarge(true)}
      >
        <IconArrowsDiagonal size={13} />
      </IconAction>
      <div id={says} aria-live="polite" className={classes.codeProblem}>
        {problems.map(({ message, start }) => `Line ${lineOf(field.value, start)}: ${message}`).join(" ")}
      </div>
      <LargeEditor
        title={title === "" ? label : `${label} (${title})`}
        opened={large}
        onClose={() => setLarge(false)}
        editor={editor}
        data={language === "javascript"}
      />
    </div>
  );
}

function jsonProblems(text: string, textAllowed: boolean) {
  // A text that begins like neither an object nor a list is meant as a text.
  if (text.trim() === "" || (textAllowed && !/^\s*[[{]/.test(text))) return [];
  const problem = jsonProblem(text);
  return problem ? [problem] : [];
}

function lineOf(text: string, place: number): number {
  return text.slice(0, place).split("\n").length;
}
