/** A provider's key: set, replaced, removed. It goes to the core and is never shown again. */
import { Anchor, Button, Group, Loader, Text, TextInput } from "@mantine/core";
import { type ClipboardEvent, type FormEvent, useEffect, useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import type { ProviderInfo } from "../../bindings/ProviderInfo";
import { asCoreError } from "../../ipc";
import { useLinks } from "../../state/links";
import { useSettings } from "../../state/settings";
import { useToasts } from "../../state/toasts";
import { ErrorCard } from "../errors/ErrorCard";
import { useDraftField } from "./drafts";
import { Section } from "./Section";
import classes from "./SettingsDialog.module.css";
import { sourceWords } from "./status";

type Busy = "save" | "remove" | null;

/** The key's place, and the form for a new one. */
export function KeyForm({ provider }: { provider: ProviderInfo }) {
  const { setKey, removeKey } = useSettings.getState();
  const draft = useDraftField(`${provider.id}.key`, "");
  const [busy, setBusy] = useState<Busy>(null);
  const [error, setError] = useState<CoreError | null>(null);
  const [failed, setFailed] = useState<Busy>(null);
  const own = provider.key_source === "keychain" || provider.key_source === "session";

  const attempt = async (what: Exclude<Busy, null>, run: () => Promise<void>, done: string) => {
    setBusy(what);
    setError(null);
    try {
      await run();
      draft.done();
      useToasts.getState().show({ kind: "success", message: done });
    } catch (cause) {
      setError(asCoreError(cause));
      setFailed(what);
    } finally {
      setBusy(null);
    }
  };
  const save = (sessionOnly: boolean) =>
    attempt(
      "save",
      () => setKey(provider.id, draft.value.trim(), sessionOnly),
      sessionOnly ? "The key is used for this session." : "The key is in the keychain.",
    );
  const remove = () => attempt("remove", () => removeKey(provider.id), "The key was removed.");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.value.trim() !== "" && busy === null) void save(false);
  };
  const remedies =
    failed === "remove"
      ? { retry: () => void remove() }
      : { retry: () => void save(false), session_key: () => void save(true) };
  return (
    <Section title="API key" note={sourceWords(provider.key_source, provider.key_variable)}>
      <form onSubmit={submit} className={classes.row}>
        <TextInput
          size="xs"
          type="password"
          autoComplete="off"
          spellCheck={false}
          className={classes.grow}
          aria-label={own ? "New key" : "Key"}
          placeholder={own ? "Paste a new key to replace it" : "Paste the key"}
          value={draft.value}
          onChange={(event) => draft.change(event.currentTarget.value)}
          onPaste={(event) => pasteTrimmed(event, draft.change)}
        />
        <Button type="submit" loading={busy === "save"} disabled={draft.value.trim() === ""}>
          {own ? "Replace" : "Save"}
        </Button>
        {own && (
          <Button
            variant="default"
            color="red"
            loading={busy === "remove"}
            disabled={busy === "save"}
            onClick={() => void remove()}
          >
            Remove
          </Button>
        )}
      </form>
      {busy !== null && <KeychainWaiting />}
      {error !== null && <ErrorCard error={error} remedies={remedies} />}
      <Group gap={16}>
        <KeyPage provider={provider} />
        {provider.key_variable !== null && (
          <Text size="xs" c="dimmed">
            Without one in the keychain, <code>{provider.key_variable}</code> is used if it is set.
          </Text>
        )}
      </Group>
    </Section>
  );
}

/** Puts pasted text in without the blanks around it that copying often adds. */
function pasteTrimmed(event: ClipboardEvent<HTMLInputElement>, change: (text: string) => void): void {
  const pasted = event.clipboardData.getData("text");
  if (pasted === pasted.trim()) return;
  event.preventDefault();
  const { value, selectionStart, selectionEnd } = event.currentTarget;
  change(value.slice(0, selectionStart ?? value.length) + pasted.trim() + value.slice(selectionEnd ?? value.length));
}

/** The keychain may ask the user in a window of its own: said after a second, before it is a riddle. */
function KeychainWaiting() {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 1000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={classes.waiting} role="status">
      {long && (
        <>
          <Loader size={12} /> Waiting for the keychain. It may be asking you in a window of its own.
        </>
      )}
    </div>
  );
}

function KeyPage({ provider }: { provider: ProviderInfo }) {
  const ask = useLinks((state) => state.ask);
  const page = provider.key_page;
  if (page === null) return null;
  return (
    <Anchor component="button" type="button" size="xs" onClick={() => ask(page)}>
      Where do I get a key?
    </Anchor>
  );
}
