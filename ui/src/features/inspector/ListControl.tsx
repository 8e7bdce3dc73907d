/** A list of objects, such as conditions: one card an entry, one control a property. */
import { Button } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { IconAction } from "../../components/IconAction";
import type { Parameter } from "../../graph/parameters";
import classes from "./Inspector.module.css";
import { RowValue } from "./RowValue";
import type { Field } from "./useField";

type Entry = Record<string, unknown>;

/** The entries and a way to add one. */
export function ListControl({ nodeId, parameter, field }: { nodeId: string; parameter: Parameter; field: Field }) {
  const stored: Entry[] = Array.isArray(field.value) ? field.value.map((entry) => (isEntry(entry) ? entry : {})) : [];
  // One has to be there: its form is shown at once, and stored with what is entered first.
  const isFirst = parameter.required && stored.length === 0;
  const entries = isFirst ? [newEntry(parameter.item)] : stored;
  const set = (index: number, name: string, value: unknown) =>
    field.write(entries.map((entry, at) => (at === index ? without({ ...entry, [name]: value }) : entry)));

  return (
    <div>
      {entries.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity besides their place
        <fieldset key={index} className={classes.entry} aria-label={`${parameter.title} ${index + 1}`}>
          {parameter.item.map((property) => {
            const problems = field.problems.filter(({ path }) => path === `[${index}].${property.name}`);
            return (
              <div key={property.name}>
                <div className={classes.caption} aria-hidden>
                  {property.title}
                </div>
                <RowValue
                  nodeId={nodeId}
                  place={`${parameter.name}[${index}].${property.name}`}
                  parameter={property}
                  label={property.title}
                  value={entry[property.name]}
                  onChange={(value) => set(index, property.name, value)}
                  invalid={problems.length > 0}
                />
                {problems.map((problem) => (
                  <div key={problem.message} className={classes.problem} role="alert">
                    {problem.message}
                  </div>
                ))}
              </div>
            );
          })}
          {field.problems
            .filter(({ path }) => path === `[${index}]`)
            .map((problem) => (
              <div key={problem.message} className={classes.problem} role="alert">
                {problem.message}
              </div>
            ))}
          {!isFirst && (
            <IconAction
              className={classes.removeEntry}
              label="Remove this entry"
              size={22}
              onClick={() => field.write(entries.filter((_, at) => at !== index))}
            >
              <IconTrash size={14} />
            </IconAction>
          )}
        </fieldset>
      ))}
      {!isFirst && (
        <Button
          aria-label={`Add to ${parameter.title}`}
          mt={entries.length > 0 ? 8 : 0}
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => field.write([...entries, newEntry(parameter.item)])}
        >
          Add
        </Button>
      )}
    </div>
  );
}

/** An entry with the defaults of its properties. */
function newEntry(item: readonly Parameter[]): Entry {
  const entry: Entry = {};
  for (const { name, default: value, required, types } of item) {
    if (value !== undefined) entry[name] = value;
    else if (required && types.includes("string")) entry[name] = "";
  }
  return entry;
}

function without(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
