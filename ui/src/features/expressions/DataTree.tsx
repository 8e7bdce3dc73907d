/** Everything an expression can use, as a tree of fields for each source. A click or a drag writes the path. */
import { UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { DataSource } from "../../bindings/DataSource";
import { displayText } from "../../components/displayText";
import { type Base, codeOf, expressionOf, pathText } from "../../graph/expressions/paths";
import { type SchemaField, schemaOf } from "../../graph/expressions/schema";
import { startExpressionDrag } from "../../state/drag";
import { useExpressionData } from "./data";
import classes from "./Expressions.module.css";
import { fieldsOfSchema } from "./schemaFields";
import { exampleText } from "./values";

/** Fields drawn of a source; completion knows the others. */
const DRAWN = 200;

/** The sources of the node whose form is open. */
export function DataTree({ onPick }: { onPick(path: string): void }) {
  const sources = useExpressionData((state) => state.sources);
  const loading = useExpressionData((state) => state.loading);
  return (
    <nav className={classes.tree} aria-label="Data">
      {sources.map((source, at) => (
        <Source key={source.node_id ?? ""} source={source} open={at < 3} onPick={onPick} />
      ))}
      {sources.length === 0 && <p className={classes.nothing}>{loading ? "Reading…" : "There is no data here."}</p>}
    </nav>
  );
}

function Source({ source, open, onPick }: { source: DataSource; open: boolean; onPick(path: string): void }) {
  const [shown, setShown] = useState(open);
  const fields = useMemo(() => (shown ? fieldsOf(source) : []), [shown, source]);
  const base: Base = source.node_id ? { type: "node", label: source.label } : { type: "arriving" };
  const name = source.node_id ? displayText(source.label, 60) : "What arrives here";
  return (
    <section aria-label={name}>
      <UnstyledButton className={classes.source} aria-expanded={shown} onClick={() => setShown(!shown)}>
        {shown ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        <bdi>{name}</bdi>
        <span className={classes.count}>
          {source.total === 0 ? "no data yet" : `${source.total.toLocaleString("en")} items`}
        </span>
      </UnstyledButton>
      {fields.slice(0, DRAWN).map((field) => (
        <Field key={JSON.stringify(field.path)} field={field} base={base} onPick={onPick} />
      ))}
      {fields.length > DRAWN && <p className={classes.nothing}>{fields.length - DRAWN} more: type their names.</p>}
      {shown && fields.length === 0 && <p className={classes.nothing}>No fields are known.</p>}
    </section>
  );
}

function Field({ field, base, onPick }: { field: SchemaField; base: Base; onPick(path: string): void }) {
  const { path, name, depth, types, example } = field;
  return (
    <button
      type="button"
      className={classes.field}
      style={{ paddingLeft: 24 + Math.min(depth, 10) * 14 }}
      title={displayText(pathText(path))}
      draggable
      onDragStart={({ dataTransfer }) => startExpressionDrag(dataTransfer, expressionOf(base, path))}
      // The cursor in the editor stays where it is.
      onMouseDown={(event) => event.detail > 1 && event.preventDefault()}
      onClick={() => onPick(codeOf(base, path))}
    >
      <bdi className={classes.fieldName}>{displayText(name, 60)}</bdi>
      <bdi className={classes.example}>{example === undefined ? types.join(" or ") : exampleText(example)}</bdi>
    </button>
  );
}

function fieldsOf({ items, schema }: DataSource): readonly SchemaField[] {
  return items.length > 0 ? schemaOf(items.map(({ json }) => json)) : fieldsOfSchema(schema);
}
