/** A text field for items as JSON. */
import { Textarea } from "@mantine/core";
import classes from "./Dialogs.module.css";

interface Props {
  label: string;
  text: string;
  problem: string;
  onChange(text: string): void;
}

/** The field with what is wrong below it. */
export function ItemsField({ label, text, problem, onChange }: Props) {
  return (
    <Textarea
      label={label}
      value={text}
      error={problem === "" ? undefined : problem}
      onChange={(event) => onChange(event.currentTarget.value)}
      classNames={{ input: classes.code }}
      rows={14}
      spellCheck={false}
      data-autofocus
    />
  );
}
