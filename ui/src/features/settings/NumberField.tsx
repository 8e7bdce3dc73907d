/** A whole number: saved with Enter or when the field is left; what is typed stays when it cannot be saved. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { sentences } from "../../components/sentences";
import { asCoreError } from "../../ipc";
import { useDraftField } from "./drafts";
import classes from "./SettingsDialog.module.css";

interface Props {
  /** Under which what is typed is kept while the dialog is open. */
  field: string;
  label: string;
  /** What is saved, as text; empty when there is none. */
  saved: string;
  least: number;
  most: number;
  /** Saves. Rejects with the core's error. */
  save(value: number): Promise<void>;
}

const NUMBER = new Intl.NumberFormat("en");
/** What people write between groups of digits. */
const SEPARATORS = /[\s,_]|\.(?=\d{3}\b)/g;

/** The field. */
export function NumberField({ field, label, saved, least, most, save }: Props) {
  const draft = useDraftField(field, saved);
  const [refused, setRefused] = useState<string | null>(null);
  const value = Number(draft.value.replace(SEPARATORS, ""));
  const fits = Number.isInteger(value) && value >= least && value <= most;
  const problem = fits ? refused : `A whole number from ${NUMBER.format(least)} to ${NUMBER.format(most)}.`;
  const keep = async () => {
    if (!draft.dirty || !fits) return;
    setRefused(null);
    try {
      await save(value);
      draft.done();
    } catch (cause) {
      const { message, hint } = asCoreError(cause);
      setRefused(sentences(message, hint));
    }
  };
  return (
    <TextInput
      size="xs"
      className={classes.select}
      label={label}
      inputMode="numeric"
      value={draft.value}
      error={draft.dirty ? problem : null}
      description={draft.dirty && fits ? "Enter saves" : undefined}
      onChange={(event) => draft.change(event.currentTarget.value)}
      onBlur={() => void keep()}
      onKeyDown={(event) => {
        if (event.key === "Enter") void keep();
      }}
    />
  );
}
