/** A provider's base URL: its own, or another one. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import type { ProviderInfo } from "../../bindings/ProviderInfo";
import { asCoreError } from "../../ipc";
import { useSettings } from "../../state/settings";
import { ErrorCard } from "../errors/ErrorCard";
import { addressProblem } from "./addressProblem";
import { useDraftField } from "./drafts";
import { Section } from "./Section";
import classes from "./SettingsDialog.module.css";

/** The form. What is typed stays when it cannot be saved. */
export function AddressForm({ provider }: { provider: ProviderInfo }) {
  const saveProvider = useSettings((state) => state.saveProvider);
  const draft = useDraftField(`${provider.id}.base_url`, provider.base_url);
  const [error, setError] = useState<CoreError | null>(null);
  const [busy, setBusy] = useState(false);
  const problem = draft.dirty ? addressProblem(draft.value) : null;
  const own = provider.base_url !== provider.default_base_url;

  const save = async (base_url: string | null) => {
    setBusy(true);
    setError(null);
    try {
      await saveProvider(provider.id, { base_url });
      draft.done();
    } catch (cause) {
      setError(asCoreError(cause));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const address = draft.value.trim();
    if (draft.dirty && addressProblem(address) === null)
      void save(address === provider.default_base_url ? null : address);
  };
  return (
    <Section title="Address" note={<>Requests and the key go to this base URL. Usually {provider.default_base_url}.</>}>
      <form onSubmit={submit} className={classes.row}>
        <TextInput
          size="xs"
          className={classes.grow}
          aria-label="Base URL"
          spellCheck={false}
          value={draft.value}
          error={problem}
          onChange={(event) => draft.change(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy} disabled={!draft.dirty || problem !== null}>
          Save
        </Button>
        <Button
          variant="default"
          disabled={busy || (!own && !draft.dirty)}
          onClick={() => (own ? void save(null) : draft.done())}
        >
          Reset
        </Button>
      </form>
      {error !== null && <ErrorCard error={error} remedies={{ retry: () => void save(draft.value.trim()) }} />}
    </Section>
  );
}
