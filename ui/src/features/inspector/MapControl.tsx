/** Names and values, such as headers. A row without a name is kept here until it has one. */
import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { IconAction } from "../../components/IconAction";
import type { Parameter } from "../../graph/parameters";
import classes from "./Inspector.module.css";
import { RowValue } from "./RowValue";
import type { Field } from "./useField";

type Row = [name: string, value: unknown];

/** The rows and a way to add one. */
export function MapControl({ nodeId, parameter, field }: { nodeId: string; parameter: Parameter; field: Field }) {
  const [local, setLocal] = useState<Row[] | null>(null);
  const stored = isMap(field.value) ? Object.entries(field.value) : [];
  const rows = local && sameRows(local, stored) ? local : stored;
  const double = rows.some(([name], index) => name !== "" && rows.findIndex(([other]) => other === name) !== index);

  const write = (next: Row[]) => {
    setLocal(next);
    const named = next.filter(([name]) => name !== "");
    field.write(named.length === 0 && next.length === 0 ? undefined : Object.fromEntries(named));
  };
  const set = (index: number, row: Row) => write(rows.map((old, at) => (at === index ? row : old)));

  return (
    <div>
      {rows.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row keeps its place while its name is typed
        <fieldset key={index} className={classes.entry} aria-label={`${parameter.title} ${index + 1}`}>
          <TextInput
            size="xs"
            aria-label="Name"
            placeholder="Name"
            spellCheck={false}
            value={name}
            onChange={(event) => set(index, [event.currentTarget.value, value])}
          />
          <RowValue
            nodeId={nodeId}
            place={`${parameter.name}[${index}]`}
            parameter={valueParameter(parameter)}
            label={`Value of ${name || "the new entry"}`}
            value={value}
            onChange={(next) => set(index, [name, next ?? ""])}
            invalid={false}
          />
          {field.problems
            .filter(({ path }) => path === `.${name}` || path === `["${name}"]`)
            .map((problem) => (
              <div key={problem.message} className={classes.problem} role="alert">
                {problem.message}
              </div>
            ))}
          <IconAction
            className={classes.removeEntry}
            label="Remove this entry"
            size={22}
            onClick={() => write(rows.filter((_, at) => at !== index))}
          >
            <IconTrash size={14} />
          </IconAction>
        </fieldset>
      ))}
      {double && (
        <div className={classes.problem} role="alert">
          Two entries have the same name; only the last one counts.
        </div>
      )}
      <Button
        aria-label={`Add to ${parameter.title}`}
        mt={rows.length > 0 ? 8 : 0}
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={() => setLocal([...rows, ["", ""]])}
      >
        Add
      </Button>
    </div>
  );
}

/** A value of the map as a parameter of its own. */
function valueParameter({ name, valueTypes }: Parameter): Parameter {
  return {
    name,
    title: "Value",
    description: "",
    required: false,
    control: "text",
    types: valueTypes,
    format: undefined,
    default: undefined,
    options: [],
    minimum: undefined,
    maximum: undefined,
    item: [],
    valueTypes: [],
  };
}

/** Whether the rows on screen say what is stored, so that their order and unnamed rows can stay. */
function sameRows(local: Row[], stored: Row[]): boolean {
  const named = new Map(local.filter(([name]) => name !== ""));
  return named.size === stored.length && stored.every(([name, value]) => named.get(name) === value);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
