/** A new data table: its name and its columns. */
import { Button, CloseButton, Group, Modal, NativeSelect, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type FormEvent, useRef, useState } from "react";
import type { ColumnKind } from "../../bindings/ColumnKind";
import type { Error as CoreError } from "../../bindings/Error";
import type { TableColumn } from "../../bindings/TableColumn";
import type { TableId } from "../../bindings/TableId";
import { asCoreError } from "../../ipc";
import { useTables } from "../../state/tables";
import { ErrorCard } from "../errors/ErrorCard";
import classes from "./Tables.module.css";

const KINDS: { value: ColumnKind; label: string }[] = [
  { value: "text", label: "Text" },
  { value: "number", label: "Number" },
  { value: "boolean", label: "Yes or no" },
  { value: "date", label: "Date and time" },
];

interface Column extends TableColumn {
  key: number;
}

/** The form. */
export function CreateTableDialog({ onClose, onCreated }: { onClose(): void; onCreated(id: TableId): void }) {
  const [name, setName] = useState("");
  const [columns, setColumns] = useState<readonly Column[]>([{ key: 0, name: "", kind: "text" }]);
  const [error, setError] = useState<CoreError | null>(null);
  const [busy, setBusy] = useState(false);
  const next = useRef(1);
  const problemAt = (path: string) => error?.problems.find((problem) => problem.path === path)?.message;
  const edit = (key: number, change: Partial<TableColumn>) =>
    setColumns((all) => all.map((column) => (column.key === key ? { ...column, ...change } : column)));
  const add = () => {
    setColumns((all) => [...all, { key: next.current, name: "", kind: "text" }]);
    next.current += 1;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const wanted = columns.map((column) => ({ name: column.name.trim(), kind: column.kind }));
      const table = await useTables.getState().create(name.trim(), wanted);
      onCreated(table.id);
    } catch (cause) {
      setError(asCoreError(cause));
      setBusy(false);
    }
  };
  const elsewhere = error && (error.problems.length === 0 || problemAt("columns") !== undefined);
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} title={<Text fw={600}>New data table</Text>} size={480}>
      <form className={classes.form} onSubmit={(event) => void submit(event)} aria-label="New data table">
        <TextInput
          size="xs"
          label="Name"
          data-autofocus
          value={name}
          error={problemAt("name")}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <fieldset className={classes.columns}>
          <legend>Columns</legend>
          {columns.map((column, index) => (
            <div key={column.key} className={classes.column}>
              <TextInput
                size="xs"
                className={classes.grow}
                aria-label={`Name of column ${index + 1}`}
                placeholder="Name"
                autoFocus={column.key > 0}
                value={column.name}
                error={problemAt(`columns[${index}].name`)}
                onChange={(event) => edit(column.key, { name: event.currentTarget.value })}
              />
              <NativeSelect
                size="xs"
                aria-label={`Kind of column ${index + 1}`}
                data={KINDS}
                value={column.kind}
                onChange={(event) => edit(column.key, { kind: event.currentTarget.value as ColumnKind })}
              />
              <CloseButton
                size="sm"
                mt={3}
                aria-label={`Remove column ${index + 1}`}
                disabled={columns.length === 1}
                onClick={() => setColumns((all) => all.filter(({ key }) => key !== column.key))}
              />
            </div>
          ))}
          <Button variant="default" leftSection={<IconPlus size={14} />} className={classes.fit} onClick={add}>
            Add a column
          </Button>
        </fieldset>
        <Text size="xs" c="dimmed">
          Every row has id, created_at and updated_at beside them.
        </Text>
        {elsewhere && <ErrorCard error={error} title="It was not created" />}
        <Group gap={8} justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Create
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
