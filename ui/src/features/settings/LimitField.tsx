/** A limit in tokens: saved with Enter or when the field is left; what is typed stays when it cannot be saved. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { sentences } from "../../components/sentences";
import { asCoreError } from "../../ipc";
import { useSettings } from "../../state/settings";
import { useDraftField } from "./drafts";
import classes from "./SettingsDialog.module.css";

interface Props {
  name: "max_output_tokens" | "context_tokens";
  label: string;
  least: number;
  most: number;
}

const NUMBER = new Intl.NumberFormat("en");

/** The field. */
export function LimitField({ name, label, least, most }: Props) {
  const saved = useSettings(({ settings }) => String(settings?.[name] ?? ""));
  const save = useSettings((state) => state.save);
  const draft = useDraftField(name, saved);
  const [refused, setRefused] = useState<string | null>(null);
  const value = Number(draft.value.replace(/[\s,._]/g, ""));
  const fits = Number.isInteger(value) && value >= least && value <= most;
  const problem = fits ? null : `A whole number from ${NUMBER.format(least)} to ${NUMBER.format(most)}.`;

  const keep = async () => {
    if (!draft.dirty || !fits) return;
    setRefused(null);
    try {
      await save({ [name]: value });
      draft.done();
    } catch (cause) {
      const error = asCoreError(cause);
      setRefused(sentences(error.message, error.hint));
    }
  };
  return (
    <TextInput
      size="xs"
      className={classes.select}
      label={label}
      inputMode="numeric"
      value={draft.value}
      error={draft.dirty ? (problem ?? refused) : null}
      description={draft.dirty && fits ? "Enter saves" : undefined}
      onChange={(event) => draft.change(event.currentTarget.value)}
      onBlur={() => void keep()}
      onKeyDown={(event) => {
        if (event.key === "Enter") void keep();
      }}
    />
  );
}
