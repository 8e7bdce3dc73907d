/** A change field by field, before and after, and the exact value that would be applied. */
import { Code } from "@mantine/core";
import { useMemo } from "react";
import type { FieldChange } from "../../bindings/FieldChange";
import type { ProposedAction } from "../../bindings/ProposedAction";
import { revealHidden } from "../../state/hiddenText";
import classes from "./ProposalCard.module.css";
import { RISKS } from "./risks";

/** Longest exact value that is drawn, in characters. */
const LONGEST = 100_000;

/** Everything there is to know before deciding. */
export function ActionDetails({ action }: { action: ProposedAction }) {
  return (
    <div className={classes.details}>
      {action.risks.map((risk) => (
        <p key={risk} className={classes.meaning}>
          <b>{RISKS[risk].label}.</b> {RISKS[risk].meaning}
        </p>
      ))}
      {action.fields.length > 0 && (
        <dl className={classes.fields}>
          {action.fields.map((field) => (
            <Field key={field.name} field={field} />
          ))}
        </dl>
      )}
      <details>
        <summary>Exactly what would be applied</summary>
        <Exact action={action} />
      </details>
    </div>
  );
}

function Field({ field: { name, before, after } }: { field: FieldChange }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {before !== null && <del className={classes.before}>{before === "" ? "(empty)" : before}</del>}
        <ins className={classes.after}>{after === null ? <i>removed</i> : after === "" ? "(empty)" : after}</ins>
      </dd>
    </div>
  );
}

function Exact({ action }: { action: ProposedAction }) {
  const text = useMemo(
    () => JSON.stringify(action.action, null, 2).split("\n").map(visibleLine).join("\n"),
    [action.action],
  );
  return (
    <Code block className={classes.exact}>
      {text.slice(0, LONGEST)}
      {text.length > LONGEST && `\n… ${text.length - LONGEST} more characters`}
    </Code>
  );
}

function visibleLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  return indent + revealHidden(line.slice(indent.length));
}
