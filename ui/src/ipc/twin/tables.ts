/** The twin's data tables. */
import type { DataTable } from "../../bindings/DataTable";
import type { Problem } from "../../bindings/Problem";
import type { ProblemCode } from "../../bindings/ProblemCode";
import type { TableColumn } from "../../bindings/TableColumn";
import type { TableId } from "../../bindings/TableId";
import type { Part } from "./part";
import { coreError, invalidInput, type World } from "./world";

const LIMIT = { name: 200, columns: 100, columnName: 64, page: 500 } as const;
/** What every row has beside the columns of its table. */
const OWN_FIELDS: readonly string[] = ["id", "created_at", "updated_at"];

type Row = Record<string, unknown>;

/** Tables with their rows, for tests to fill. */
export class DataTables {
  readonly tables = new Map<TableId, { table: DataTable; rows: Row[] }>();

  constructor(private readonly world: World) {}

  find(id: TableId): { table: DataTable; rows: Row[] } {
    const found = this.tables.get(id);
    if (!found) throw coreError("not_found", "This data table is no longer there.", "Go back to the list.");
    return found;
  }

  /** Adds a table, with this many rows to look at. */
  add(name: string, columns: TableColumn[], rowCount = 0): DataTable {
    const created_at = this.world.now();
    const table: DataTable = { id: this.world.id(), name, columns, row_count: rowCount, created_at };
    const rows = Array.from({ length: rowCount }, (_, index) => ({
      id: index + 1,
      ...Object.fromEntries(columns.map((column) => [column.name, sampleValue(column, index)])),
      created_at,
      updated_at: created_at,
    }));
    this.tables.set(table.id, { table, rows });
    return table;
  }
}

function sampleValue({ name, kind }: TableColumn, index: number): unknown {
  if (kind === "number") return index * 10;
  if (kind === "boolean") return index % 2 === 0;
  if (kind === "date") return `2026-01-${String((index % 28) + 1).padStart(2, "0")}T09:00:00Z`;
  return index % 7 === 6 ? null : `${name} ${index + 1}`;
}

const known = new WeakMap<World, DataTables>();

/** The tables of a twin. */
export function tablesOf(world: World): DataTables {
  const found = known.get(world) ?? new DataTables(world);
  known.set(world, found);
  return found;
}

/** Commands on data tables. */
export function tableCommands(world: World): Part {
  const tables = tablesOf(world);
  return {
    commands: {
      list_tables: () =>
        [...tables.tables.values()].map(({ table }) => table).sort((a, b) => a.name.localeCompare(b.name)),
      create_table: ({ name, columns }) => {
        check(tables, name, columns);
        const table = tables.add(name, columns);
        world.changed("table", table.id);
        return table;
      },
      delete_table: ({ table_id }) => {
        tables.find(table_id);
        tables.tables.delete(table_id);
        world.changed("table", table_id);
        return null;
      },
      table_rows: ({ table_id, first, count }) =>
        tables.find(table_id).rows.slice(first, first + Math.min(count, LIMIT.page)),
    },
  };
}

function check({ tables }: DataTables, name: string, columns: readonly TableColumn[]): void {
  const problems: Problem[] = [];
  const note = (path: string, code: ProblemCode, message: string) => problems.push({ path, code, message });
  const length = [...name].length;
  if (length === 0) note("name", "missing", "A data table needs a name.");
  if (length > LIMIT.name) note("name", "too_large", `The name has ${length} characters; ${LIMIT.name} are allowed.`);
  if ([...tables.values()].some(({ table }) => table.name.toLowerCase() === name.toLowerCase())) {
    note("name", "invalid_value", `There is a data table “${name}” already.`);
  }
  if (columns.length === 0 || columns.length > LIMIT.columns) {
    note("columns", "invalid_value", `A data table has 1 to ${LIMIT.columns} columns, not ${columns.length}.`);
  }
  const seen = new Set<string>();
  columns.forEach((column, index) => {
    const path = `columns[${index}].name`;
    const size = [...column.name].length;
    if (size === 0 || size > LIMIT.columnName)
      note(path, "invalid_value", `The name of a column has 1 to ${LIMIT.columnName} characters, not ${size}.`);
    else if (OWN_FIELDS.includes(column.name)) note(path, "invalid_value", `Every row has ${column.name} already.`);
    else if (seen.has(column.name)) note(path, "invalid_value", `There are two columns ${column.name}.`);
    seen.add(column.name);
  });
  if (problems.length > 0) throw invalidInput(problems);
}
