/** The control of a single value: text, number, switch, choice or JSON, and any of them as an expression. */
import { Select, Switch, Textarea } from "@mantine/core";
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
  if (parameter.control === "json") return <JsonControl {...props} />;
  if (parameter.control === "boolean" && !isExpression(value)) return <BooleanControl {...props} />;
  if (parameter.control === "choice" && !isExpression(value)) return <ChoiceControl {...props} />;
  return <WrittenControl {...props} />;
}

/**
 * Whatever is typed: text, a number, code, or an expression instead of any of them. One element for all, because a field
 * that becomes an expression while `=` is typed into it must keep the cursor.
 */
function WrittenControl({ id, parameter, value, onChange, invalid, label }: Props) {
  const expression = isExpression(value);
  const manyLines = expression || parameter.control === "multiline" || parameter.control === "code";
  const rows = { multiline: 3, code: 6 }[parameter.control as string] ?? 1;
  return (
    <Textarea
      {...{ id, "aria-label": label, error: invalid, size: "xs", autosize: true, minRows: rows, maxRows: 18 }}
      className={expression ? classes.expression : parameter.control === "code" ? classes.code : undefined}
      value={shown(value)}
      placeholder={placeholder(parameter) || label}
      spellCheck={!expression && parameter.control === "multiline"}
      onKeyDown={(event) => {
        const plain = !event.ctrlKey && !event.metaKey;
        if (event.key === "Enter" && plain && !manyLines) event.preventDefault();
      }}
      onChange={(event) => {
        const text = event.currentTarget.value;
        onChange(typed(manyLines || text.startsWith("=") ? text : text.replace(/\s*\n\s*/g, " "), parameter.types));
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

/** JSON as it is typed, laid out as the user did for as long as it says what is stored. */
function JsonControl({ id, parameter, value, onChange, invalid, label }: Props) {
  const [own, setOwn] = useState<{ text: string; means: unknown } | null>(null);
  const written = own && isSame(own.means, value) ? own.text : laidOut(value);
  const textAllowed = parameter.types.includes("string");
  const expression = written.startsWith("=");
  const broken = !textAllowed && !expression && written.trim() !== "" && parsed(written) === undefined;
  return (
    <>
      <Textarea
        {...{ id, "aria-label": label, error: invalid || broken, size: "xs", autosize: true, minRows: 4, maxRows: 18 }}
        className={expression ? classes.expression : classes.code}
        value={written}
        placeholder={placeholder(parameter)}
        spellCheck={false}
        onChange={(event) => {
          const text = event.currentTarget.value;
          const means = meaningOf(text, textAllowed);
          setOwn({ text, means });
          onChange(means);
        }}
      />
      {broken && <div className={classes.problem}>This is not valid JSON yet.</div>}
    </>
  );
}

/** What typed JSON stands for. Where text is allowed, only objects and lists are read as JSON. */
function meaningOf(text: string, textAllowed: boolean): unknown {
  if (text.trim() === "") return undefined;
  const json = parsed(text);
  const isJson = textAllowed ? typeof json === "object" : json !== undefined;
  return isJson ? json : text;
}

function laidOut(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
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
  const whole = Number.isInteger(number) || !types.includes("string");
  const numeric = types.includes("number") || (types.includes("integer") && whole);
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
