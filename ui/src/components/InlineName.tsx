/** A name that is edited where it stands: a click or F2 makes it a field, Enter keeps it, Escape takes it back. */
import { TextInput, UnstyledButton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { displayText } from "./displayText";
import classes from "./InlineName.module.css";

interface Props {
  name: string;
  /** What it is the name of, for screen readers. */
  label: string;
  editing: boolean;
  onEditing(editing: boolean): void;
  /** Keeps the name. Returns what was wrong with it, or null. */
  onSave(name: string): Promise<string | null>;
  className?: string;
}

/** The name, as a button or as a field. */
export function InlineName({ name, label, editing, onEditing, onSave, className }: Props) {
  if (editing) return <NameField {...{ name, label, onEditing, onSave, className }} />;
  return (
    <UnstyledButton
      className={`${classes.name} ${className ?? ""}`}
      title={`${displayText(name)} (click to rename)`}
      onClick={(event) => {
        event.stopPropagation();
        onEditing(true);
      }}
    >
      <bdi>{displayText(name)}</bdi>
    </UnstyledButton>
  );
}

function NameField({ name, label, onEditing, onSave, className }: Omit<Props, "editing">) {
  const [text, setText] = useState(name);
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const finished = useRef(false);
  useEffect(() => field.current?.select(), []);

  const save = async () => {
    if (finished.current) return;
    if (text === name) {
      onEditing(false);
      return;
    }
    const wrong = await onSave(text);
    setProblem(wrong);
    if (wrong === null) onEditing(false);
    else field.current?.focus();
  };

  return (
    <TextInput
      ref={field}
      className={`${classes.field} ${className ?? ""}`}
      size="xs"
      aria-label={label}
      value={text}
      error={problem}
      maxLength={2000}
      spellCheck={false}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => void save()}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") void save();
        if (event.key === "Escape") {
          finished.current = true;
          onEditing(false);
        }
      }}
    />
  );
}
