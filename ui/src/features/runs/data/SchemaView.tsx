/** The fields of items as a tree: name, types, an example. A field can be copied or dragged as an expression. */
import { useMemo, useState } from "react";
import { displayText } from "../../../components/displayText";
import { VirtualRows } from "../../../components/VirtualRows";
import { type Base, expressionOf, pathText } from "../../../graph/expressions/paths";
import { schemaOf } from "../../../graph/expressions/schema";
import { EXPRESSION_TYPE } from "../../../state/drag";
import classes from "./Data.module.css";
import { type Picked, ValueMenu } from "./ValueMenu";

const ROW = 26;
const SHOWN = 120;

/** The tree. */
export function SchemaView({ items, base }: { items: readonly unknown[]; base: Base }) {
  const fields = useMemo(() => schemaOf(items), [items]);
  const [picked, setPicked] = useState<Picked | null>(null);
  return (
    <>
      <VirtualRows
        label="Fields of the items"
        count={fields.length}
        height={ROW}
        row={(index) => {
          const field = fields[index];
          if (!field) return null;
          const text = expressionOf(base, field.path);
          return (
            <button
              type="button"
              className={classes.field}
              style={{ paddingLeft: 10 + Math.min(field.depth, 30) * 16 }}
              draggable
              title={displayText(pathText(field.path))}
              onDragStart={(event) => {
                event.dataTransfer.setData(EXPRESSION_TYPE, text);
                event.dataTransfer.setData("text/plain", text);
              }}
              onClick={({ clientX, clientY, currentTarget }) => {
                // A key press has no place of its own.
                const box = currentTarget.getBoundingClientRect();
                const at = clientX === 0 ? { x: box.left + 40, y: box.bottom } : { x: clientX, y: clientY };
                setPicked({ value: field.example, path: field.path, ...at });
              }}
            >
              <bdi className={classes.fieldName}>{displayText(field.name, 80)}</bdi>
              <span className={classes.fieldType}>{field.types.join(" or ")}</span>
              <bdi className={classes.example}>{exampleText(field.example)}</bdi>
            </button>
          );
        }}
      />
      <ValueMenu picked={picked} base={base} onClose={() => setPicked(null)} />
    </>
  );
}

function exampleText(value: unknown): string {
  if (value === undefined || (typeof value === "object" && value !== null)) return "";
  return displayText(typeof value === "string" ? value : JSON.stringify(value), SHOWN);
}
