/** Where webhooks and forms are received: the port, who can reach it, and the names it answers to. */
import { Button, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import type { WebhookSettings } from "../../bindings/WebhookSettings";
import { sentences } from "../../components/sentences";
import { asCoreError } from "../../ipc";
import { useSettings } from "../../state/settings";
import { useDraftField } from "./drafts";
import { Section } from "./Section";
import classes from "./SettingsDialog.module.css";

const PORT = { least: 1024, most: 65_535 };

/** The page. */
export function WebhooksPage() {
  return (
    <div className={classes.sections}>
      <h2 className={classes.title}>Webhooks</h2>
      <Section title="Port" note="Webhooks and forms of active workflows are received at this port of this machine.">
        <PortField />
      </Section>
      <Section title="Network">
        <OpenSwitch />
      </Section>
      <Section
        title="Names"
        note="Names it answers to beside those of this machine, such as that of a tunnel: one on each line, with or without a port."
      >
        <HostsField />
      </Section>
    </div>
  );
}

/** Saves a part of the webhook settings. Gives what was wrong, by path, or null. */
async function save(change: Partial<WebhookSettings>): Promise<Map<string, string> | null> {
  const { settings, save: store } = useSettings.getState();
  if (!settings) return null;
  try {
    await store({ webhooks: { ...settings.webhooks, ...change } });
    return null;
  } catch (cause) {
    const { message, hint, problems } = asCoreError(cause);
    const found = problems.map(({ path, message }): [string, string] => [path.replace(/^settings\./, ""), message]);
    return new Map([["", sentences(message, hint)], ...found]);
  }
}

function PortField() {
  const saved = useSettings(({ settings }) => String(settings?.webhooks.port ?? ""));
  const draft = useDraftField("webhooks.port", saved);
  const [refused, setRefused] = useState<string | null>(null);
  const port = Number(draft.value.trim());
  const fits = /^\d+$/.test(draft.value.trim()) && port >= PORT.least && port <= PORT.most;
  const problem = fits ? refused : `A whole number from ${PORT.least} to ${PORT.most}.`;
  const keep = async () => {
    if (!draft.dirty || !fits) return;
    const problems = await save({ port });
    setRefused(problems && (problems.get("webhooks.port") ?? problems.get("") ?? null));
    if (!problems) draft.done();
  };
  return (
    <TextInput
      size="xs"
      className={classes.select}
      aria-label="Port"
      inputMode="numeric"
      value={draft.value}
      error={draft.dirty ? problem : null}
      description={draft.dirty && fits ? "Enter saves. Addresses of webhooks change with it." : undefined}
      onChange={(event) => {
        setRefused(null);
        draft.change(event.currentTarget.value);
      }}
      onBlur={() => void keep()}
      onKeyDown={(event) => {
        if (event.key === "Enter") void keep();
      }}
    />
  );
}

function OpenSwitch() {
  const open = useSettings(({ settings }) => settings?.webhooks.open ?? false);
  const [refused, setRefused] = useState<string | null>(null);
  const change = async (wanted: boolean) => {
    const problems = await save({ open: wanted });
    setRefused(problems && (problems.get("webhooks.open") ?? problems.get("") ?? null));
  };
  return (
    <>
      <Switch
        size="sm"
        label="Open to the network"
        description={
          open ? "Other machines can reach the webhooks." : "Only programs on this machine can reach the webhooks."
        }
        checked={open}
        error={refused}
        onChange={(event) => void change(event.currentTarget.checked)}
      />
      {open && (
        <div className={classes.caution} role="note">
          <IconAlertTriangle size={16} aria-hidden />
          <span>
            Everyone in the same network can start your active workflows with a request, over a connection that is not
            encrypted. Leave it off in networks you do not trust.
          </span>
        </div>
      )}
    </>
  );
}

function HostsField() {
  const saved = useSettings(({ settings }) => settings?.webhooks.hosts.join("\n") ?? "");
  const draft = useDraftField("webhooks.hosts", saved);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const keep = async () => {
    setBusy(true);
    const hosts = draft.value.split(/[\n,]/).flatMap((line) => line.trim() || []);
    const refused = await save({ hosts });
    setBusy(false);
    const own = [...(refused ?? [])]
      .filter(([path]) => path.startsWith("webhooks.hosts"))
      .map(([, message]) => message);
    setProblems(own.length > 0 ? own : [refused?.get("")].filter((text) => text !== undefined));
    if (!refused) draft.done();
  };
  return (
    <>
      <Textarea
        size="xs"
        aria-label="Names"
        placeholder="hooks.example.com"
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        value={draft.value}
        error={problems.length > 0 ? problems.join(" ") : null}
        onChange={(event) => {
          setProblems([]);
          draft.change(event.currentTarget.value);
        }}
      />
      <Button className={classes.fit} disabled={!draft.dirty} loading={busy} onClick={() => void keep()}>
        Save
      </Button>
      <Text size="xs" c="dimmed">
        Requests that name another host are refused, which keeps web pages from reaching it unseen.
      </Text>
    </>
  );
}
