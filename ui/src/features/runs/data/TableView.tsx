/** Items as a table: one row each, one column for each field of the items read first. */
import { useMemo, useState } from "react";
import type { Item } from "../../../bindings/Item";
import { displayText } from "../../../components/displayText";
import { VirtualRows } from "../../../components/VirtualRows";
import { type Base, expressionOf } from "../../../graph/expressions/paths";
import { EXPRESSION_TYPE } from "../../../state/drag";
import classes from "./Data.module.css";
import { type Picked, ValueMenu } from "./ValueMenu";

const ROW = 28;
/** Columns drawn at most; more are in the other views. */
const COLUMNS = 60;
const WIDTH = { index: 56, column: 168 };
/** Characters of a value in a cell. */
const SHOWN = 160;

interface Props {
  count: number;
  /** The item of a row with its place among all; undefined while it is being read. */
  at(row: number): { index: number; item: Item } | undefined;
  /** Items to take the columns from. */
  sample: readonly Item[];
  base: Base;
  onRange(first: number, last: number): void;
}

/** The table. */
export function TableView({ count, at, sample, base, onRange }: Props) {
  const columns = useMemo(() => columnsOf(sample), [sample]);
  const files = useMemo(() => sample.some(({ binary }) => Object.keys(binary ?? {}).length > 0), [sample]);
  const [picked, setPicked] = useState<Picked | null>(null);
  const template = {
    gridTemplateColumns: `${WIDTH.index}px repeat(${columns.length + (files ? 1 : 0)}, minmax(${WIDTH.column}px, 1fr))`,
  };
  const header = (
    <div className={classes.tableHead} style={template}>
      <span className={classes.index} />
      {columns.map((column) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: for the mouse only; the schema does the same by keyboard
        <span
          key={column}
          className={classes.column}
          draggable
          title={displayText(column)}
          onDragStart={(event) => {
            const text = expressionOf(base, [column]);
            event.dataTransfer.setData(EXPRESSION_TYPE, text);
            event.dataTransfer.setData("text/plain", text);
          }}
        >
          <bdi>{displayText(column, 60)}</bdi>
        </span>
      ))}
      {files && <span className={classes.column}>Files</span>}
    </div>
  );
  const row = (position: number) => {
    const found = at(position);
    return (
      <div className={classes.tableRow} style={template} data-testid="item-row">
        <span className={classes.index}>{found ? (found.index + 1).toLocaleString("en") : "…"}</span>
        {columns.map((column) => {
          const value = found?.item.json[column];
          return (
            <button
              key={column}
              type="button"
              tabIndex={-1}
              className={classes.cell}
              data-type={value === null ? "null" : typeof value}
              onClick={({ clientX, clientY }) => setPicked({ value, path: [column], x: clientX, y: clientY })}
            >
              <bdi>{cellText(value)}</bdi>
            </button>
          );
        })}
        {files && <bdi className={classes.cell}>{filesText(found?.item)}</bdi>}
      </div>
    );
  };
  return (
    <>
      <VirtualRows
        label="Items as a table"
        count={count}
        height={ROW}
        width={WIDTH.index + (columns.length + (files ? 1 : 0)) * WIDTH.column}
        header={header}
        row={row}
        onRange={onRange}
      />
      <ValueMenu picked={picked} base={base} onClose={() => setPicked(null)} />
    </>
  );
}

function columnsOf(sample: readonly Item[]): string[] {
  const names = new Set<string>();
  for (const { json } of sample) {
    for (const name of Object.keys(json)) names.add(name);
    if (names.size >= COLUMNS) break;
  }
  return [...names].slice(0, COLUMNS);
}

/** Names and sizes of an item's files. */
function filesText(item: Item | undefined): string {
  const files = Object.entries(item?.binary ?? {});
  const texts = files.map(([name, { file_name, size }]) => `${file_name || name} (${Math.ceil(size / 1024)} kB)`);
  return displayText(texts.join(", "), SHOWN);
}

function cellText(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return displayText(value, SHOWN);
  if (Array.isArray(value)) return `[${value.length}] ${displayText(JSON.stringify(value.slice(0, 20)), SHOWN)}`;
  return displayText(JSON.stringify(value) ?? "", SHOWN);
}
