/** The controls of a node's settings, each with its title, what is wrong with it, and what it is for. */
import { Select, Switch, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useId } from "react";
import type { Node } from "../../bindings/Node";
import type { NodeSettings } from "../../bindings/NodeSettings";
import type { TypedSetting } from "../../graph/settings";
import { SETTING_TITLES } from "../../graph/settingTexts";
import classes from "./Inspector.module.css";
import { useSettingField } from "./useField";

interface FrameProps {
  name: keyof NodeSettings;
  help?: ReactNode;
  problem?: string | undefined;
  /** The control, which the title belongs to. */
  control(id: string): ReactNode;
  /** Below the control. */
  children?: ReactNode;
}

/** Title, control, what is wrong, help: as a parameter has them. */
function Frame({ name, help, problem, control, children }: FrameProps) {
  const id = useId();
  return (
    <div className={classes.field} data-parameter={`settings.${name}`}>
      <div className={classes.fieldHead}>
        <label className={classes.fieldTitle} htmlFor={id}>
          {SETTING_TITLES[name]}
        </label>
      </div>
      {control(id)}
      {children}
      {problem !== undefined && (
        <div className={classes.problem} role="alert">
          {problem}
        </div>
      )}
      {help !== undefined && <div className={classes.help}>{help}</div>}
    </div>
  );
}

interface SwitchProps {
  name: keyof NodeSettings;
  help: string;
  on: boolean;
  onChange(on: boolean): void;
  children?: ReactNode;
}

/** Yes or no. */
export function SwitchSetting({ name, help, on, onChange, children }: SwitchProps) {
  const control = (id: string) => (
    <Switch
      id={id}
      size="sm"
      checked={on}
      label={on ? "Yes" : "No"}
      aria-label={SETTING_TITLES[name]}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
  return (
    <Frame name={name} help={help} control={control}>
      {children}
    </Frame>
  );
}

interface ChoiceProps<V extends string> {
  name: keyof NodeSettings;
  choices: readonly { value: V; label: string; help: string }[];
  value: V;
  /** What is to be known besides the help of the choice. */
  more?: string;
  onChange(value: V): void;
}

/** One of a few. */
export function ChoiceSetting<V extends string>({ name, choices, value, more, onChange }: ChoiceProps<V>) {
  const help = [choices.find((choice) => choice.value === value)?.help, more].filter(Boolean).join(" ");
  const control = (id: string) => (
    <Select
      id={id}
      size="xs"
      aria-label={SETTING_TITLES[name]}
      allowDeselect={false}
      data={choices.map((choice) => ({ value: choice.value, label: choice.label }))}
      value={value}
      comboboxProps={{ shadow: "md", transitionProps: { duration: 80 } }}
      onChange={(chosen) => chosen && onChange(chosen as V)}
    />
  );
  return <Frame name={name} help={help} control={control} />;
}

interface TypedProps {
  node: Node;
  settings: NodeSettings;
}

/** A typed number, and what is wrong with it. Stored when the field is left, and with Enter. */
function useNumber({ node, settings }: TypedProps, name: Exclude<TypedSetting, "notes">, stored: number | undefined) {
  const field = useSettingField(node.id, name, settings, stored);
  return {
    problem: field.problems[0]?.message,
    input: {
      size: "xs",
      inputMode: "numeric",
      value: String(field.value ?? ""),
      onChange: (event: { currentTarget: HTMLInputElement }) => field.write(numberOf(event.currentTarget.value)),
      onBlur: field.commit,
      onKeyDown: (event: { key: string }) => event.key === "Enter" && field.commit(),
    } as const,
  };
}

/** A number that is a part of a setting. */
export function PartNumber({
  name,
  title,
  stored,
  ...typed
}: TypedProps & { name: "retry.max_tries" | "retry.wait_ms"; title: string; stored: number }) {
  const { problem, input } = useNumber(typed, name, stored);
  return <TextInput {...input} label={title} error={problem} />;
}

/** A number that may be left out. */
export function NumberSetting({
  name,
  help,
  none,
  ...typed
}: TypedProps & { name: "timeout_seconds"; help: string; none: string }) {
  const { problem, input } = useNumber(typed, name, typed.settings[name] ?? undefined);
  const control = (id: string) => <TextInput {...input} id={id} placeholder={none} error={problem !== undefined} />;
  return <Frame name={name} help={help} problem={problem} control={control} />;
}

/** Text for people. */
export function NotesSetting({ help, node, settings }: TypedProps & { help: string }) {
  const field = useSettingField(node.id, "notes", settings, settings.notes);
  const problem = field.problems[0]?.message;
  const control = (id: string) => (
    <Textarea
      id={id}
      size="xs"
      autosize
      minRows={3}
      maxRows={12}
      value={String(field.value ?? "")}
      error={problem !== undefined}
      onChange={(event) => field.write(event.currentTarget.value)}
      onBlur={field.commit}
    />
  );
  return <Frame name="notes" help={help} problem={problem} control={control} />;
}

/** What was typed as a number; as it was typed when it is none, and nothing when it is empty. */
function numberOf(text: string): unknown {
  const trimmed = text.trim().replace(/(?<=\d)[,\s](?=\d{3}\b)/g, "");
  if (trimmed === "") return undefined;
  return /^-?\d+$/.test(trimmed) ? Number(trimmed) : text;
}
