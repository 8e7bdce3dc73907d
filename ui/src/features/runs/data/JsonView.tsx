/** Items as JSON: coloured, foldable, only the lines in view drawn. */
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { displayText } from "../../../components/displayText";
import { VirtualRows } from "../../../components/VirtualRows";
import type { Base } from "../../../graph/expressions/paths";
import classes from "./Data.module.css";
import { type JsonLine, jsonLines } from "./jsonLines";
import { type Picked, ValueMenu } from "./ValueMenu";

const LINE = 20;
/** Steps to the right at most: deeper values stay in view. */
const INDENTS = 40;
/** Characters of a value in a line. */
const SHOWN = 400;

/** The lines of these items; `places` are their places among all. */
export function JsonView({ items, first, base }: { items: readonly unknown[]; first: number; base: Base }) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [picked, setPicked] = useState<Picked | null>(null);
  const lines = useMemo(() => jsonLines(items, first, folded), [items, first, folded]);
  const toggle = (id: string) =>
    setFolded((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <>
      <VirtualRows
        label="Items as JSON"
        count={lines.length}
        height={LINE}
        row={(index) => {
          const line = lines[index];
          return line && <Line line={line} toggle={toggle} pick={setPicked} />;
        }}
      />
      <ValueMenu picked={picked} base={base} onClose={() => setPicked(null)} />
    </>
  );
}

interface LineProps {
  line: JsonLine;
  toggle(id: string): void;
  pick(picked: Picked): void;
}

function Line({ line, toggle, pick }: LineProps) {
  const { value, path, key, part, depth, comma } = line;
  const isList = Array.isArray(value);
  const foldable = part === "open" || part === "folded";
  return (
    <div className={classes.line} style={{ paddingLeft: 22 + Math.min(depth, INDENTS) * 14 }}>
      {foldable && (
        <button
          type="button"
          className={classes.fold}
          style={{ left: 4 + Math.min(depth, INDENTS) * 14 }}
          aria-label={part === "open" ? "Fold" : "Unfold"}
          aria-expanded={part === "open"}
          onClick={() => toggle(line.id)}
        >
          {part === "open" ? <IconChevronDown size={13} /> : <IconChevronRight size={13} />}
        </button>
      )}
      {depth === 0 && part !== "close" && <span className={classes.ordinal}>{line.item + 1}</span>}
      {key !== null && part !== "close" && (
        <>
          <span className={classes.key}>
            <bdi>"{displayText(key, 120)}"</bdi>
          </span>
          {": "}
        </>
      )}
      {part === "close" ? (
        `${isList ? "]" : "}"}${comma ? "," : ""}`
      ) : (
        <button
          type="button"
          tabIndex={-1}
          className={classes.value}
          data-type={value === null ? "null" : typeof value}
          onClick={({ clientX, clientY }) => pick({ value, path, x: clientX, y: clientY })}
        >
          {shownValue(line)}
          {comma && part !== "open" ? "," : ""}
        </button>
      )}
    </div>
  );
}

function shownValue({ value, part }: JsonLine): string {
  const isList = Array.isArray(value);
  if (part === "open") return isList ? "[" : "{";
  if (part === "folded") {
    const size = Object.keys(value as object).length;
    return isList ? `[ ${size} ]` : `{ ${size} }`;
  }
  return displayText(JSON.stringify(value) ?? "", SHOWN);
}
