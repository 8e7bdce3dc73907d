/** Name, kind and value of one variable. What is typed survives going from page to page of the settings. */
import { Button, Group, NativeSelect, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import { asCoreError } from "../../ipc";
import { useVariables } from "../../state/variables";
import { ErrorCard } from "../errors/ErrorCard";
import classes from "./Variables.module.css";
import {
  looksLikeSecret,
  nameProblem,
  readValue,
  VALUE_KINDS,
  type ValueKind,
  type VariableDraft,
  withKind,
} from "./variableText";

interface Props {
  draft: VariableDraft;
  change(draft: VariableDraft): void;
  close(): void;
  /** To the page of credentials. */
  toCredentials(): void;
}

/** The form. */
export function VariableForm({ draft, change, close, toCredentials }: Props) {
  const variables = useVariables((state) => state.variables);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CoreError | null>(null);
  const badName = nameProblem(draft, Object.keys(variables ?? {}));
  const read = readValue(draft);
  const badValue = "problem" in read ? read.problem : null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (badName !== null || "problem" in read) return;
    setBusy(true);
    try {
      await useVariables.getState().save(draft.name, read.value, draft.before ?? undefined);
      close();
    } catch (cause) {
      setError(asCoreError(cause));
      setBusy(false);
    }
  };
  return (
    <form
      className={classes.form}
      aria-label={draft.before === null ? "New variable" : `Variable ${draft.before}`}
      onSubmit={(event) => void submit(event)}
      noValidate
    >
      <div className={classes.fields}>
        <TextInput
          size="xs"
          label="Name"
          autoFocus
          spellCheck={false}
          value={draft.name}
          error={tried || (draft.name !== "" && draft.name !== draft.before) ? badName : null}
          description={
            draft.before !== null && draft.name !== draft.before
              ? `Expressions that read $vars.${draft.before} have to be changed by hand.`
              : undefined
          }
          onChange={(event) => change({ ...draft, name: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          label="Kind"
          value={draft.kind}
          data={[...VALUE_KINDS]}
          onChange={(event) => change(withKind(draft, event.currentTarget.value as ValueKind))}
        />
      </div>
      <ValueField draft={draft} error={tried ? badValue : null} change={(text) => change({ ...draft, text })} />
      {!("problem" in read) && looksLikeSecret(draft.name, read.value) && (
        <SecretWarning toCredentials={toCredentials} />
      )}
      {error !== null && <ErrorCard error={error} />}
      <Group gap={8} justify="flex-end">
        <Button size="xs" variant="default" onClick={close}>
          Cancel
        </Button>
        <Button size="xs" type="submit" loading={busy}>
          Save
        </Button>
      </Group>
    </form>
  );
}

function ValueField({
  draft,
  error,
  change,
}: {
  draft: VariableDraft;
  error: string | null;
  change(text: string): void;
}) {
  const { kind, text } = draft;
  if (kind === "boolean") {
    return (
      <SegmentedControl
        size="xs"
        aria-label="Value"
        data={[
          { value: "true", label: "Yes (true)" },
          { value: "false", label: "No (false)" },
        ]}
        value={text === "true" ? "true" : "false"}
        onChange={change}
      />
    );
  }
  const common = { size: "xs", label: "Value", value: text, error, spellCheck: false } as const;
  if (kind === "number") {
    return <TextInput {...common} inputMode="decimal" onChange={(event) => change(event.currentTarget.value)} />;
  }
  return (
    <Textarea
      {...common}
      className={kind === "json" ? classes.json : undefined}
      autosize
      minRows={kind === "json" ? 4 : 1}
      maxRows={12}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function SecretWarning({ toCredentials }: { toCredentials(): void }) {
  return (
    <div className={classes.warning} role="alert">
      <IconAlertTriangle size={15} aria-hidden />
      <span>This looks like a password or a key. Variables are kept as plain text and show up in runs.</span>
      <Button size="compact-xs" variant="default" onClick={toCredentials}>
        Use a credential
      </Button>
    </div>
  );
}
