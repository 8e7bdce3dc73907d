/** The fields of items as a tree: name, types, an example. A field can be copied or dragged as an expression. */
import { type KeyboardEvent, type MouseEvent, useId, useMemo, useState } from "react";
import { displayText } from "../../../components/displayText";
import { VirtualRows } from "../../../components/VirtualRows";
import { type Base, expressionOf, pathText } from "../../../graph/expressions/paths";
import { type SchemaField, schemaOf } from "../../../graph/expressions/schema";
import classes from "./Data.module.css";
import { dragged } from "./dragged";
import { stepBy } from "./treeKeys";
import { useValueKeys } from "./useValueKeys";
import { ValueMenu } from "./ValueMenu";

const ROW = 26;
const SHOWN = 120;

/** The tree. */
export function SchemaView({ items, base }: { items: readonly unknown[]; base: Base }) {
  const fields = useMemo(() => schemaOf(items), [items]);
  const lines = useMemo(() => fields.map(({ depth }) => ({ depth, part: "whole" as const })), [fields]);
  const [chosen, setActive] = useState(0);
  const { picked, pick, onValueKey, unpick } = useValueKeys(base);
  const tree = useId();
  // A search may have left fewer fields.
  const active = Math.max(0, Math.min(chosen, fields.length - 1));
  const activeId = `${tree}-${active}`;
  const onKey = (event: KeyboardEvent, page: number) => {
    const field = fields[active];
    if (onValueKey(event, field && { value: field.example, path: field.path }, activeId)) return;
    const step = stepBy(event.key, active, lines, page);
    if (step === null || !("goTo" in step)) return;
    event.preventDefault();
    setActive(step.goTo);
  };
  return (
    <>
      <VirtualRows
        label="Fields of the items"
        count={fields.length}
        height={ROW}
        row={(index) => {
          const field = fields[index];
          return (
            field && (
              <Field
                id={`${tree}-${index}`}
                active={index === active}
                field={field}
                base={base}
                onPick={(event) => {
                  setActive(index);
                  pick({ value: field.example, path: field.path }, event);
                }}
              />
            )
          );
        }}
        widget={{ role: "tree", row: active, activeId, onKey }}
      />
      <ValueMenu picked={picked} base={base} onClose={unpick} />
    </>
  );
}

interface FieldProps {
  id: string;
  active: boolean;
  field: SchemaField;
  base: Base;
  onPick(event: MouseEvent): void;
}

function Field({ id, active, field, base, onPick }: FieldProps) {
  // The keys go to the tree.
  const mouse = { ...dragged(expressionOf(base, field.path)), onClick: onPick };
  const aria = { role: "treeitem", "aria-level": field.depth + 1 };
  return (
    <div
      id={id}
      className={classes.field}
      style={{ paddingLeft: 10 + Math.min(field.depth, 30) * 16 }}
      {...aria}
      data-active={active}
      title={displayText(pathText(field.path))}
      {...mouse}
    >
      <bdi className={classes.fieldName}>{displayText(field.name, 80)}</bdi>
      <span className={classes.fieldType}>{field.types.join(" or ")}</span>
      <bdi className={classes.example}>{exampleText(field.example)}</bdi>
    </div>
  );
}

function exampleText(value: unknown): string {
  if (value === undefined || (typeof value === "object" && value !== null)) return "";
  return displayText(typeof value === "string" ? value : JSON.stringify(value), SHOWN);
}
