/** The control of a single value: text, number, switch, choice or JSON, and any of them as an expression. */
import { Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { JsonType, Parameter } from "../../graph/parameters";
import classes from "./Inspector.module.css";

/** Whether a value is computed when the workflow runs. */
export function isExpression(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("=");
}

interface Props {
  id?: string;
  parameter: Parameter;
  value: unknown;
  onChange(value: unknown): void;
  invalid: boolean;
  label?: string;
}

/** The control that fits the parameter and its value. */
export function ValueControl(props: Props) {
  const { parameter, value } = props;
  if (isExpression(value)) return <ExpressionControl {...props} value={value} />;
  switch (parameter.control) {
    case "boolean":
      return <BooleanControl {...props} />;
    case "choice":
      return <ChoiceControl {...props} />;
    case "number":
      return <NumberControl {...props} />;
    case "json":
      return <JsonControl {...props} />;
    case "multiline":
    case "code":
      return <AreaControl {...props} />;
    default:
      return <TextControl {...props} />;
  }
}

function ExpressionControl({ id, value, onChange, invalid, label }: Props & { value: string }) {
  return (
    <Textarea
      {...{ id, "aria-label": label, error: invalid, size: "xs", autosize: true, minRows: 1, maxRows: 8 }}
      className={classes.expression}
      value={value}
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function TextControl({ id, parameter, value, onChange, invalid, label }: Props) {
  return (
    <TextInput
      {...{ id, "aria-label": label, error: invalid, size: "xs" }}
      value={shown(value)}
      placeholder={placeholder(parameter)}
      spellCheck={false}
      onChange={(event) => onChange(typed(event.currentTarget.value, parameter.types))}
    />
  );
}

function AreaControl({ id, parameter, value, onChange, invalid, label }: Props) {
  const code = parameter.control === "code";
  return (
    <Textarea
      {...{ id, "aria-label": label, error: invalid, size: "xs", autosize: true, minRows: code ? 6 : 3, maxRows: 18 }}
      className={code ? classes.code : undefined}
      value={shown(value)}
      placeholder={placeholder(parameter)}
      spellCheck={!code}
      onChange={(event) => onChange(typed(event.currentTarget.value, parameter.types))}
    />
  );
}

/** A number as it is typed; what is no number is kept as text, and the core says what is wrong with it. */
function NumberControl({ id, parameter, value, onChange, invalid, label }: Props) {
  return (
    <TextInput
      {...{ id, "aria-label": label, error: invalid, size: "xs", inputMode: "decimal" }}
      value={shown(value)}
      placeholder={placeholder(parameter)}
      onChange={(event) => {
        const text = event.currentTarget.value;
        const number = Number(text);
        const complete = text.trim() !== "" && Number.isFinite(number) && String(number) === text.trim();
        onChange(text === "" ? undefined : complete ? number : text);
      }}
    />
  );
}

function BooleanControl({ id, parameter, value, onChange, label }: Props) {
  const on = value === undefined ? parameter.default === true : value === true;
  return (
    <Switch
      {...{ id, "aria-label": label ?? parameter.title, size: "sm", checked: on }}
      label={on ? "Yes" : "No"}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

function ChoiceControl({ id, parameter, value, onChange, invalid, label }: Props) {
  const current = value === undefined ? null : String(value);
  const known = parameter.options.map(String);
  const data = current !== null && !known.includes(current) ? [...known, current] : known;
  return (
    <Select
      {...{ id, "aria-label": label ?? parameter.title, error: invalid, size: "xs", value: current }}
      data={data.map((option) => ({ value: option, label: optionName(option) }))}
      placeholder={parameter.default === undefined ? "Choose" : optionName(String(parameter.default))}
      clearable={!parameter.required || parameter.default !== undefined}
      comboboxProps={{ shadow: "md", transitionProps: { duration: 80 } }}
      onChange={(choice) => {
        if (choice === null) onChange(undefined);
        else onChange(parameter.options.find((option) => String(option) === choice) ?? choice);
      }}
    />
  );
}

/** JSON as it is typed. Text that is no JSON is a value too where text is allowed; otherwise it waits until it is. */
function JsonControl({ id, parameter, value, onChange, invalid, label }: Props) {
  const [text, setText] = useState<string | undefined>(undefined);
  const textAllowed = parameter.types.includes("string");
  const written =
    text ?? (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2));
  const broken = !textAllowed && written.trim() !== "" && parsed(written) === undefined;
  return (
    <>
      <Textarea
        {...{ id, "aria-label": label, error: invalid || broken, size: "xs", autosize: true, minRows: 4, maxRows: 18 }}
        className={classes.code}
        value={written}
        placeholder={placeholder(parameter)}
        spellCheck={false}
        onChange={(event) => {
          const next = event.currentTarget.value;
          setText(next);
          const json = parsed(next);
          if (next.trim() === "") onChange(undefined);
          else if (json !== undefined && typeof json === "object") onChange(json);
          else if (textAllowed || json === undefined) onChange(next);
        }}
      />
      {broken && <div className={classes.problem}>This is not valid JSON yet.</div>}
    </>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value as text in its field. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What was typed, as the type the parameter takes; empty means not set. */
export function typed(text: string, types: readonly JsonType[]): unknown {
  if (text === "") return undefined;
  const trimmed = text.trim();
  const number = Number(trimmed);
  const isNumber = trimmed !== "" && Number.isFinite(number) && String(number) === trimmed;
  const numeric = types.includes("number") || (types.includes("integer") && Number.isInteger(number));
  if (isNumber && numeric) return number;
  if ((types.includes("object") && trimmed.startsWith("{")) || (types.includes("array") && trimmed.startsWith("["))) {
    return parsed(trimmed) ?? text;
  }
  if (types.includes("boolean") && (trimmed === "true" || trimmed === "false")) return trimmed === "true";
  return text;
}

/** What holds when nothing is entered, or an example of the format. */
function placeholder(parameter: Parameter): string {
  if (parameter.default !== undefined && parameter.default !== "") {
    return typeof parameter.default === "string" ? parameter.default : JSON.stringify(parameter.default);
  }
  const examples: Record<string, string> = {
    uri: "https://",
    email: "name@example.com",
    cron: "0 9 * * 1-5",
    time_zone: "Europe/Berlin",
    expression: "={{ $json.field }}",
  };
  return parameter.format === undefined ? "" : (examples[parameter.format] ?? "");
}

/** A word of an enumeration as people read it: `not_equals` is “not equals”. */
function optionName(option: string): string {
  return /^[a-z]+(_[a-z]+)+$/.test(option) ? option.replaceAll("_", " ") : option;
}
