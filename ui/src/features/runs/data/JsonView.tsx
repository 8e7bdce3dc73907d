/** Items as JSON: coloured, foldable, only the lines in view drawn. */
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type KeyboardEvent, type MouseEvent, useId, useMemo, useState } from "react";
import { displayText } from "../../../components/displayText";
import { counted } from "../../../components/durations";
import { VirtualRows } from "../../../components/VirtualRows";
import { type Base, expressionOf } from "../../../graph/expressions/paths";
import classes from "./Data.module.css";
import { dragged } from "./dragged";
import { type JsonLine, jsonLines } from "./jsonLines";
import { stepBy } from "./treeKeys";
import { useValueKeys } from "./useValueKeys";
import { ValueMenu } from "./ValueMenu";

const LINE = 20;
/** Width that is left to the text of the deepest line, in CSS pixels: deeper than that, the lines scroll sideways. */
const TEXT_WIDTH = 320;
/** Steps to the right at most: deeper values stay in view. */
const INDENTS = 40;
/** Characters of a value in a line. */
const SHOWN = 400;
/** Characters of a value that are read out. */
const SPOKEN = 120;

/** The lines of these items; `first` is the place of the first one among all. */
export function JsonView({ items, first, base }: { items: readonly unknown[]; first: number; base: Base }) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setActive] = useState(0);
  const { picked, pick, onValueKey, unpick } = useValueKeys(base);
  const tree = useId();
  const lines = useMemo(() => jsonLines(items, first, folded), [items, first, folded]);
  const width = useMemo(
    () => lines.reduce((most, { depth }) => Math.max(most, indent(depth)), 0) + TEXT_WIDTH,
    [lines],
  );
  // A search may have left fewer lines.
  const active = Math.max(0, Math.min(chosen, lines.length - 1));
  const activeId = `${tree}-${active}`;
  const toggle = (line: JsonLine) =>
    setFolded((before) => {
      const next = new Set(before);
      if (!next.delete(line.id)) next.add(line.id);
      return next;
    });
  const onKey = (event: KeyboardEvent, page: number) => {
    const line = lines[active];
    if (onValueKey(event, line, activeId)) return;
    const step = stepBy(event.key, active, lines, page);
    if (step === null || !line) return;
    event.preventDefault();
    if ("toggle" in step) toggle(line);
    else setActive(step.goTo);
  };
  return (
    <>
      <VirtualRows
        label="Items as JSON"
        count={lines.length}
        height={LINE}
        width={width}
        row={(index) => {
          const line = lines[index];
          if (!line) return null;
          if (line.part === "close") return <ClosingLine line={line} />;
          return (
            <Line
              id={`${tree}-${index}`}
              active={index === active}
              line={line}
              base={base}
              onFold={() => {
                setActive(index);
                toggle(line);
              }}
              onPick={(event) => {
                setActive(index);
                pick(line, event);
              }}
            />
          );
        }}
        widget={{ role: "tree", row: active, activeId, onKey }}
      />
      <ValueMenu picked={picked} base={base} onClose={unpick} />
    </>
  );
}

const indent = (depth: number) => Math.min(depth, INDENTS) * 14;

function ClosingLine({ line: { value, depth, comma } }: { line: JsonLine }) {
  return (
    <div className={classes.line} style={{ paddingLeft: 22 + indent(depth) }} aria-hidden>
      {Array.isArray(value) ? "]" : "}"}
      {comma ? "," : ""}
    </div>
  );
}

interface LineProps {
  id: string;
  active: boolean;
  line: JsonLine;
  base: Base;
  onFold(): void;
  onPick(event: MouseEvent): void;
}

function Line({ id, active, line, base, onFold, onPick }: LineProps) {
  const { value, key, part, depth, comma, item, place, of } = line;
  const foldable = part === "open" || part === "folded";
  // The keys for both go to the tree.
  const fold = { onClick: onFold };
  const open = { onClick: onPick, ...dragged(expressionOf(base, line.path)) };
  const aria = {
    role: "treeitem",
    "aria-level": depth + 1,
    "aria-posinset": place + 1,
    "aria-setsize": of,
    "aria-expanded": foldable ? part === "open" : undefined,
    "aria-label": spokenText(line),
  };
  return (
    <div id={id} className={classes.line} style={{ paddingLeft: 22 + indent(depth) }} {...aria} data-active={active}>
      {foldable && (
        <span className={classes.fold} data-testid="fold" style={{ left: 4 + indent(depth) }} {...fold}>
          {part === "open" ? <IconChevronDown size={13} /> : <IconChevronRight size={13} />}
        </span>
      )}
      {depth === 0 && <span className={classes.ordinal}>{item + 1}</span>}
      {key !== null && (
        <>
          <span className={classes.key}>
            <bdi>"{displayText(key, 120)}"</bdi>
          </span>
          {": "}
        </>
      )}
      <span className={classes.value} data-type={value === null ? "null" : typeof value} {...open}>
        {shownValue(line)}
        {comma && part !== "open" ? "," : ""}
      </span>
    </div>
  );
}

/** What a screen reader says: the key and the value, or how much is inside. */
function spokenText({ key, value, depth, item, place }: JsonLine): string {
  const name = depth === 0 ? `Item ${item + 1}` : (key ?? String(place + 1));
  if (typeof value !== "object" || value === null) {
    return `${displayText(name, 120)}: ${displayText(JSON.stringify(value) ?? "", SPOKEN)}`;
  }
  const size = Object.keys(value).length;
  const inside = Array.isArray(value) ? counted(size, "entry", "entries") : counted(size, "field");
  return `${displayText(name, 120)}: ${inside}`;
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
