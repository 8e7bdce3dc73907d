/** Variables: values that expressions of every workflow read, and what can be done with each. */
import { Anchor, Button, Loader, Text } from "@mantine/core";
import { IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import { use, useEffect, useState } from "react";
import { displayText } from "../../components/displayText";
import { useVariables } from "../../state/variables";
import { ErrorCard } from "../errors/ErrorCard";
import { DraftsContext } from "./drafts";
import classes from "./SettingsDialog.module.css";
import { VariableForm } from "./VariableForm";
import own from "./Variables.module.css";
import { draftOf, looksLikeSecret, NEW_VARIABLE, type VariableDraft } from "./variableText";

const FIELD = "variable";

/** The page. */
export function VariablesPage({ toCredentials }: { toCredentials(): void }) {
  const { variables, error, load, watch } = useVariables();
  const { draft, change, open, close } = useVariableDraft();
  useEffect(() => watch(), [watch]);
  const form = draft && <VariableForm draft={draft} change={change} close={close} toCredentials={toCredentials} />;
  const entries = Object.entries(variables ?? {});
  return (
    <div className={classes.sections}>
      <div className={own.head}>
        <h2 className={classes.title}>Variables</h2>
        <Button
          leftSection={<IconPlus size={15} />}
          disabled={variables === null || draft !== null}
          onClick={() => open(NEW_VARIABLE)}
        >
          New variable
        </Button>
      </div>
      <p className={own.note}>
        Values that expressions of every workflow read as <code>$vars.name</code>, such as an address or a limit. They
        are kept as plain text and show up in runs. Passwords and keys belong into{" "}
        <Anchor component="button" type="button" inherit onClick={toCredentials}>
          credentials
        </Anchor>
        .
      </p>
      {error && <ErrorCard error={error} remedies={{ retry: () => void load() }} />}
      {variables === null && !error && <Loader size="sm" aria-label="Reading the variables" />}
      {draft?.before === null && form}
      {variables !== null && entries.length === 0 && draft === null && (
        <Text size="sm" c="dimmed" className={own.empty}>
          No variables yet.
        </Text>
      )}
      <ul className={own.list} aria-label="Variables">
        {entries.map(([name, value]) => (
          <li key={name}>
            {draft?.before === name ? form : <Row name={name} value={value} locked={draft !== null} open={open} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface RowProps {
  name: string;
  value: unknown;
  /** Another one is being typed. */
  locked: boolean;
  open(draft: VariableDraft): void;
}

function Row({ name, value, locked, open }: RowProps) {
  return (
    <div className={own.row}>
      <div className={own.about}>
        <span className={own.name}>{name}</span>
        <bdi className={own.value}>{displayText(typeof value === "string" ? value : JSON.stringify(value), 200)}</bdi>
        {looksLikeSecret(name, value) && (
          <span className={own.warning}>
            <IconAlertTriangle size={14} aria-hidden />
            Looks like a password or a key
          </span>
        )}
      </div>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Edit ${name}`}
        disabled={locked}
        onClick={() => open(draftOf(name, value))}
      >
        Edit
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Delete ${name}`}
        disabled={locked}
        onClick={() => void useVariables.getState().remove(name)}
      >
        Delete
      </Button>
    </div>
  );
}

/** The variable that is being typed, if any. It survives going from page to page. */
function useVariableDraft() {
  const drafts = use(DraftsContext);
  const [draft, setDraft] = useState<VariableDraft | null>(() => {
    const kept = drafts?.read(FIELD);
    return kept === undefined ? null : JSON.parse(kept);
  });
  const change = (next: VariableDraft) => {
    drafts?.write(FIELD, JSON.stringify(next));
    setDraft(next);
  };
  const close = () => {
    drafts?.write(FIELD, undefined);
    setDraft(null);
  };
  return { draft, change, open: setDraft, close };
}
