/** The rows of one data table; only those in view are read and drawn. */
import { Button, Text } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import type { DataTable } from "../../bindings/DataTable";
import { displayText } from "../../components/displayText";
import { IconAction } from "../../components/IconAction";
import { VirtualRows } from "../../components/VirtualRows";
import { ErrorCard } from "../errors/ErrorCard";
import classes from "./Tables.module.css";
import { useRows } from "./useRows";

const HEIGHT = 30;
const WIDTH = { id: 72, column: 168, time: 216 };
/** Characters of a value in a cell. */
const SHOWN = 160;

interface Props {
  table: DataTable;
  onBack(): void;
  onReload(): void;
}

/** The rows under the table's name. */
export function TableRows({ table, onBack, onReload }: Props) {
  const { at, need, error, retry } = useRows(table.id);
  const names = ["id", ...table.columns.map(({ name }) => name), "created_at", "updated_at"];
  const template = {
    gridTemplateColumns: `${WIDTH.id}px repeat(${table.columns.length}, minmax(${WIDTH.column}px, 1fr)) ${WIDTH.time}px ${WIDTH.time}px`,
  };
  const width = WIDTH.id + table.columns.length * WIDTH.column + 2 * WIDTH.time;
  const kinds = new Map(table.columns.map(({ name, kind }) => [name, kind]));
  return (
    <>
      <div className={classes.tools}>
        <IconAction label="Back to data tables" onClick={onBack} autoFocus>
          <IconChevronLeft size={18} />
        </IconAction>
        <h1 className={classes.title}>
          <bdi>{displayText(table.name)}</bdi>
        </h1>
        <Text size="sm" c="dimmed">
          {rowsText(table.row_count)}
        </Text>
        <Button variant="default" onClick={onReload}>
          Read again
        </Button>
      </div>
      <div className={classes.frame}>
        <VirtualRows
          label={`Rows of ${table.name}`}
          count={table.row_count}
          height={HEIGHT}
          width={width}
          onRange={need}
          header={
            <div className={classes.cells} data-head style={template}>
              {names.map((name) => (
                <span key={name} className={classes.cell} title={kinds.get(name)}>
                  <bdi>{displayText(name, 64)}</bdi>
                </span>
              ))}
            </div>
          }
          row={(index) => {
            const row = at(index);
            return (
              <div className={classes.cells} style={template} data-testid="table-row">
                {names.map((name) => (
                  <bdi key={name} className={classes.cell} data-empty={row?.[name] === null || undefined}>
                    {row ? cellText(row[name]) : "…"}
                  </bdi>
                ))}
              </div>
            );
          }}
        />
        {table.row_count === 0 && <div className={classes.none}>No rows yet: workflows put them in.</div>}
        {error && (
          <div className={classes.failed}>
            <ErrorCard error={error} remedies={{ retry }} />
          </div>
        )}
      </div>
    </>
  );
}

/** How many rows, in words. */
export function rowsText(count: number): string {
  return count === 1 ? "1 row" : `${count.toLocaleString("en")} rows`;
}

function cellText(value: unknown): string {
  if (value === undefined) return "";
  if (value === null) return "null";
  return displayText(typeof value === "string" ? value : JSON.stringify(value), SHOWN);
}
