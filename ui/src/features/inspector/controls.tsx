/** The control of a single value: text, number, switch, choice, code or JSON, and any of them as an expression. */
import { Select, Switch, Textarea } from "@mantine/core";
import { useState } from "react";
import { isExpression } from "../../graph/expressions/template";
import type { JsonType, Parameter } from "../../graph/parameters";
import { CodeField } from "../expressions/CodeField";
import { ExpressionField } from "../expressions/ExpressionField";
import { askFocus, fieldKey, remember } from "../expressions/modes";

interface Props {
  id?: string;
  nodeId: string;
  /** The parameter's name and where in it, as `headers.Accept`: for what the field remembers. */
  place: string;
  parameter: Parameter;
  value: unknown;
  onChange(value: unknown): void;
  invalid: boolean;
  /** Name of the control for those who cannot see what stands beside it. */
  label?: string;
  /** Whether the value is JavaScript, which is no expression. */
  javascript?: boolean;
}

/** The control that fits the parameter and its value. */
export function ValueControl(props: Props) {
  const { id, nodeId, place, parameter, value, onChange, invalid, javascript = false } = props;
  const label = props.label ?? parameter.title;
  if (javascript) {
    const write = (text: string) => onChange(text === "" ? undefined : text);
    return (
      <CodeField {...{ id, nodeId, label, invalid }} language="javascript" value={shown(value)} onChange={write} />
    );
  }
  if (isExpression(value)) {
    const rows = { multiline: 3, code: 3, json: 4 }[parameter.control as string] ?? 1;
    const hint = "{{ $json.field }} or any text";
    return (
      <ExpressionField
        {...{ id, nodeId, label, value, onChange, invalid, rows, placeholder: hint }}
        fieldKey={fieldKey(nodeId, place)}
      />
    );
  }
  // What is typed after a first `=` is an expression: the field keeps what it held, and its editor the keyboard.
  const write = (next: unknown) => {
    if (isExpression(next)) {
      remember(fieldKey(nodeId, place), value);
      askFocus(fieldKey(nodeId, place));
    }
    onChange(next);
  };
  const control = { ...props, onChange: write };
  if (parameter.control === "json") return <JsonControl {...control} />;
  if (parameter.control === "boolean") return <BooleanControl {...control} />;
  if (parameter.control === "choice") return <ChoiceControl {...control} />;
  if (parameter.control === "code") {
    const code = { id, nodeId, label, invalid, placeholder: placeholder(parameter) };
    return (
      <CodeField
        {...code}
        language="text"
        value={shown(value)}
        onChange={(text) => write(typed(text, parameter.types))}
      />
    );
  }
  return <WrittenControl {...control} />;
}

/** Whatever is typed: text or a number. */
function WrittenControl({ id, parameter, value, onChange, invalid, label }: Props) {
  const manyLines = parameter.control === "multiline";
  return (
    <Textarea
      {...{
        id,
        "aria-label": label,
        error: invalid,
        size: "xs",
        autosize: true,
        minRows: manyLines ? 3 : 1,
        maxRows: 18,
      }}
      value={shown(value)}
      placeholder={placeholder(parameter) || label}
      spellCheck={manyLines}
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
  const isSet = value !== undefined;
  const current = isSet ? String(value) : parameter.default === undefined ? null : String(parameter.default);
  const known = parameter.options.map(String);
  const data = current !== null && !known.includes(current) ? [...known, current] : known;
  return (
    <Select
      {...{ id, "aria-label": label ?? parameter.title, error: invalid, size: "xs", value: current }}
      data={data.map((option) => ({ value: option, label: optionName(option) }))}
      placeholder="Choose"
      // Back to the default, or to nothing.
      clearable={isSet && value !== parameter.default && (!parameter.required || parameter.default !== undefined)}
      allowDeselect={false}
      comboboxProps={{ shadow: "md", transitionProps: { duration: 80 } }}
      onChange={(choice) => {
        if (choice === null) onChange(undefined);
        else onChange(parameter.options.find((option) => String(option) === choice) ?? choice);
      }}
    />
  );
}

/** JSON as it is typed, laid out as the user did for as long as it says what is stored. */
function JsonControl({ id, nodeId, parameter, value, onChange, invalid, label }: Props) {
  const [own, setOwn] = useState<{ text: string; means: unknown } | null>(null);
  const written = own && isSame(own.means, value) ? own.text : laidOut(value);
  const textAllowed = parameter.types.includes("string");
  return (
    <CodeField
      {...{ id, nodeId, invalid, textAllowed }}
      label={label ?? parameter.title}
      language="json"
      value={written}
      placeholder={placeholder(parameter)}
      onChange={(text) => {
        const means = meaningOf(text, textAllowed);
        setOwn({ text, means });
        onChange(means);
      }}
    />
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
function typed(text: string, types: readonly JsonType[]): unknown {
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

/** Words of enumerations that people write in capital letters. */
const ABBREVIATIONS = new Set(["csv", "html", "json", "url", "uuid"]);

/** A word of an enumeration as people read it: `not_equals` is “Not equals”, `csv` “CSV”. */
function optionName(option: string): string {
  if (!/^[a-z]+(_[a-z]+)*$/.test(option)) return option;
  const words = option.split("_").map((word) => (ABBREVIATIONS.has(word) ? word.toUpperCase() : word));
  const text = words.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
