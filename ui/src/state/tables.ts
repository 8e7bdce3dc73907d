/** Data tables: rows of named values that workflows share. */
import { create } from "zustand";
import type { DataTable } from "../bindings/DataTable";
import type { Error as CoreError } from "../bindings/Error";
import type { TableColumn } from "../bindings/TableColumn";
import type { TableId } from "../bindings/TableId";
import { asCoreError, call } from "../ipc";

interface TablesState {
  tables: readonly DataTable[];
  loaded: boolean;
  error: CoreError | null;
  load(): Promise<void>;
  /** Rejects with the core's error. */
  create(name: string, columns: TableColumn[]): Promise<DataTable>;
  /** Deletes it with its rows, for good. Rejects with the core's error. */
  remove(id: TableId): Promise<void>;
}

/** All data tables, by name. */
export const useTables = create<TablesState>()((set, get) => ({
  tables: [],
  loaded: false,
  error: null,
  async load() {
    try {
      set({ tables: await call("list_tables", {}), loaded: true, error: null });
    } catch (cause) {
      set({ error: asCoreError(cause) });
    }
  },
  async create(name, columns) {
    const table = await call("create_table", { name, columns });
    await get().load();
    return table;
  },
  async remove(id) {
    await call("delete_table", { table_id: id });
    set(({ tables }) => ({ tables: tables.filter((table) => table.id !== id) }));
  },
}));
