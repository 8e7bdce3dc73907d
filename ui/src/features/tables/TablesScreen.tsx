/** Data tables, on the first screen: the list, and the rows of the one that is open. */
import { Button, Modal, Skeleton, Text } from "@mantine/core";
import { IconPlus, IconTable } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { DataTable } from "../../bindings/DataTable";
import type { Error as CoreError } from "../../bindings/Error";
import type { TableId } from "../../bindings/TableId";
import { displayText } from "../../components/displayText";
import { asCoreError, transport } from "../../ipc";
import { useTables } from "../../state/tables";
import { ErrorCard } from "../errors/ErrorCard";
import { CreateTableDialog } from "./CreateTableDialog";
import { rowsText, TableRows } from "./TableRows";
import classes from "./Tables.module.css";

/** Columns named in a row of the list. */
const NAMED = 6;

/** The page. */
export function TablesScreen() {
  const { tables, loaded, error, load } = useTables();
  const [open, setOpen] = useState<TableId | null>(null);
  const [reading, setReading] = useState(0);
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<DataTable | null>(null);
  useEffect(() => {
    void load();
    return transport().onChanged(({ entity }) => {
      if (entity === "table") void load();
    });
  }, [load]);
  const reload = async () => {
    await load();
    setReading((count) => count + 1);
  };
  const table = tables.find(({ id }) => id === open);
  return (
    <div className={classes.page}>
      <div className={classes.content}>
        {table ? (
          <TableRows
            key={`${table.id} ${reading}`}
            table={table}
            onBack={() => setOpen(null)}
            onReload={() => void reload()}
          />
        ) : (
          <>
            <div className={classes.tools}>
              <h1 className={classes.title}>Data tables</h1>
              <Button leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
                New data table
              </Button>
            </div>
            {error && !loaded ? (
              <ErrorCard error={error} remedies={{ retry: () => void load() }} />
            ) : !loaded ? (
              <Skeleton height={56} />
            ) : tables.length === 0 ? (
              <Empty />
            ) : (
              <ul className={classes.list} aria-label="Data tables">
                {tables.map((each) => (
                  <Row key={each.id} table={each} onOpen={() => setOpen(each.id)} onDelete={() => setDeleting(each)} />
                ))}
              </ul>
            )}
          </>
        )}
      </div>
      {creating && (
        <CreateTableDialog
          onClose={() => setCreating(false)}
          onCreated={(id) => {
            setCreating(false);
            setOpen(id);
          }}
        />
      )}
      {deleting && <DeleteTableDialog table={deleting} onClose={() => setDeleting(null)} />}
    </div>
  );
}

function Row({ table, onOpen, onDelete }: { table: DataTable; onOpen(): void; onDelete(): void }) {
  const { name, columns, row_count } = table;
  const names = columns.slice(0, NAMED).map((column) => displayText(column.name, 40));
  const more = columns.length > NAMED ? ` and ${columns.length - NAMED} more` : "";
  return (
    <li className={classes.row}>
      <button type="button" className={classes.open} onClick={onOpen}>
        <bdi className={classes.name}>{displayText(name)}</bdi>
        <span className={classes.about}>
          {rowsText(row_count)} · <bdi>{names.join(", ")}</bdi>
          {more}
        </span>
      </button>
      <Button
        size="compact-xs"
        variant="default"
        color="red"
        aria-label={`Delete ${displayText(name)}`}
        onClick={onDelete}
      >
        Delete
      </Button>
    </li>
  );
}

function Empty() {
  return (
    <div className={classes.empty}>
      <IconTable size={26} stroke={1.5} />
      <Text fw={600} size="md">
        No data tables yet
      </Text>
      <Text c="dimmed">Workflows keep rows in them, and find them again in the next run.</Text>
    </div>
  );
}

function DeleteTableDialog({ table, onClose }: { table: DataTable; onClose(): void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CoreError | null>(null);
  const remove = async () => {
    setBusy(true);
    try {
      await useTables.getState().remove(table.id);
      onClose();
    } catch (cause) {
      setError(asCoreError(cause));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Delete this data table?</Text>} size={440}>
      <div className={classes.form}>
        <Text size="sm">
          “<bdi>{displayText(table.name)}</bdi>” is deleted for good, with {rowsText(table.row_count)}. Workflows that
          use it will fail.
        </Text>
        {error && <ErrorCard error={error} remedies={{ retry: () => void remove() }} />}
        <div className={classes.end}>
          <Button variant="default" data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={busy} onClick={() => void remove()}>
            Delete
          </Button>
        </div>
      </div>
    </Modal>
  );
}
