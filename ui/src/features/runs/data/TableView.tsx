/** Items as a table: one row each, one column for each field of the items read first. */
import { type KeyboardEvent, type MouseEvent, useId, useMemo, useState } from "react";
import type { Item } from "../../../bindings/Item";
import { displayText } from "../../../components/displayText";
import { counted } from "../../../components/durations";
import { VirtualRows } from "../../../components/VirtualRows";
import { type Base, expressionOf } from "../../../graph/expressions/paths";
import classes from "./Data.module.css";
import { dragged } from "./dragged";
import { type Cell, movedBy } from "./rowKeys";
import { useValueKeys } from "./useValueKeys";
import { ValueMenu } from "./ValueMenu";

const ROW = 28;
/** Columns drawn at first, and added when the user asks for more. */
const COLUMNS = 60;
const WIDTH = { index: 56, column: 168 };
/** Characters of a value in a cell. */
const SHOWN = 160;

/** What the parts of the grid are: its rows are drawn in parts, which those of a `<table>` cannot be. */
const COLUMN = { role: "columnheader" };
const ROW_HEADER = { role: "rowheader" };
const rowAria = (place: number) => ({ role: "row", "aria-rowindex": place + 1 });

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
  const [shown, setShown] = useState(COLUMNS);
  const fields = useMemo(() => fieldsOf(sample), [sample]);
  const columns = useMemo(() => fields.slice(0, shown), [fields, shown]);
  const more = fields.length - columns.length;
  const files = useMemo(() => sample.some(({ binary }) => Object.keys(binary ?? {}).length > 0), [sample]);
  const { picked, pick, onValueKey, unpick } = useValueKeys(base);
  const [chosen, setActive] = useState<Cell>({ row: 0, column: 0 });
  const grid = useId();
  const size = { rows: count, columns: columns.length + (files ? 1 : 0) };
  // A search may have left fewer rows.
  const active = {
    row: Math.min(chosen.row, Math.max(0, count - 1)),
    column: Math.min(chosen.column, size.columns - 1),
  };
  const idOf = ({ row, column }: Cell) => `${grid}-${row}-${column}`;
  const valueAt = ({ row, column }: Cell) => {
    const item = at(row)?.item;
    const name = columns[column];
    return item && name !== undefined ? { value: item.json[name], path: [name] } : undefined;
  };
  const onKey = (event: KeyboardEvent, page: number) => {
    if (onValueKey(event, valueAt(active), idOf(active))) return;
    const next = movedBy(event.key, event.ctrlKey || event.metaKey, active, { ...size, page });
    if (next === null) return;
    event.preventDefault();
    setActive(next);
  };
  const cell = (place: Cell) => ({
    id: idOf(place),
    role: "gridcell",
    "aria-colindex": place.column + 2,
    // The grid has the focus and the keys.
    "data-active": place.row === active.row && place.column === active.column,
  });
  const drawn = size.columns + (more > 0 ? 1 : 0);
  const template = {
    gridTemplateColumns: `${WIDTH.index}px repeat(${Math.max(1, drawn)}, minmax(${WIDTH.column}px, 1fr))`,
  };
  const header = (
    <div className={classes.tableHead} style={template} {...rowAria(0)}>
      <span className={classes.index} {...COLUMN}>
        #
      </span>
      {columns.map((column) => (
        <span
          key={column}
          {...COLUMN}
          className={classes.column}
          title={displayText(column)}
          {...dragged(expressionOf(base, [column]))}
        >
          <bdi>{displayText(column, 60)}</bdi>
        </span>
      ))}
      {files && (
        <span className={classes.column} {...COLUMN}>
          Files
        </span>
      )}
      {sample.length > 0 && size.columns === 0 && <span className={classes.none}>no fields</span>}
      {more > 0 && (
        <button type="button" className={classes.more} onClick={() => setShown((count) => count + COLUMNS)}>
          {counted(more, "more field")}…
        </button>
      )}
    </div>
  );
  const row = (position: number) => {
    const found = at(position);
    return (
      <div className={classes.tableRow} style={template} {...rowAria(position + 1)} data-testid="item-row">
        <span className={classes.index} {...ROW_HEADER}>
          {found ? (found.index + 1).toLocaleString("en") : "…"}
        </span>
        {columns.map((name, column) => {
          const place = { row: position, column };
          const value = found?.item.json[name];
          const clicked = {
            onClick(event: MouseEvent) {
              setActive(place);
              pick({ value, path: [name] }, event);
            },
          };
          return (
            <div
              key={name}
              {...cell(place)}
              className={classes.cell}
              data-type={value === null ? "null" : typeof value}
              {...clicked}
              {...(value === undefined ? {} : dragged(expressionOf(base, [name])))}
            >
              <bdi>{cellText(value)}</bdi>
            </div>
          );
        })}
        {files && (
          <div {...cell({ row: position, column: columns.length })} className={classes.cell}>
            <bdi>{filesText(found?.item)}</bdi>
          </div>
        )}
      </div>
    );
  };
  return (
    <>
      <VirtualRows
        label="Items as a table"
        count={count}
        height={ROW}
        width={WIDTH.index + drawn * WIDTH.column}
        header={header}
        row={row}
        onRange={onRange}
        widget={{
          role: "grid",
          row: active.row,
          activeId: size.columns > 0 ? idOf(active) : undefined,
          columns: size.columns + 1,
          onKey,
        }}
      />
      <ValueMenu picked={picked} base={base} onClose={unpick} />
    </>
  );
}

/** Names of the fields, in the order in which they appear. */
function fieldsOf(sample: readonly Item[]): string[] {
  return [...new Set(sample.flatMap(({ json }) => Object.keys(json)))];
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
