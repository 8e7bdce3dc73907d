/** What is not about one provider: who answers, the look, limits, the keychain. */
import { NativeSelect, SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import type { KeychainState } from "../../bindings/KeychainState";
import type { Theme } from "../../bindings/Theme";
import { asCoreError } from "../../ipc";
import { useSettings } from "../../state/settings";
import { useTheme } from "../../state/theme";
import { ErrorCard } from "../errors/ErrorCard";
import { NumberField } from "./NumberField";
import { Section } from "./Section";
import classes from "./SettingsDialog.module.css";

const THEMES: { value: Theme; label: string }[] = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

const KEYCHAIN: Record<KeychainState, string> = {
  unknown: "The keychain of this machine has not been needed yet.",
  ready: "Keys are kept in the keychain of this machine, never in a file.",
  missing: "This machine has no keychain that answers. Keys can be used for one session at a time.",
  locked: "The keychain is locked. Unlock it, or use a key for this session only.",
  denied: "The keychain refuses Bridge. Allow it there, or use a key for this session only.",
  waiting: "The keychain does not answer. It may be asking you in a window of its own.",
};

/** The page. */
export function GeneralPage() {
  const theme = useTheme((state) => state.theme);
  const setTheme = useTheme((state) => state.setTheme);
  const keychain = useSettings((state) => state.keychain);
  return (
    <div className={classes.sections}>
      <h2 className={classes.title}>General</h2>
      <Section title="Assistant" note="Who answers, unless you choose someone else in the assistant.">
        <DefaultProvider />
      </Section>
      <Section title="Appearance">
        <SegmentedControl
          size="xs"
          className={classes.fit}
          aria-label="Appearance"
          data={THEMES}
          value={theme}
          onChange={(value) => void setTheme(value as Theme)}
        />
      </Section>
      <Section title="Limits" note="In tokens; a token is about four characters.">
        <Limit name="max_output_tokens" label="Longest answer" least={1024} most={131_072} />
        <Limit name="context_tokens" label="Longest request" least={2048} most={1_000_000} />
      </Section>
      <Section title="Keys">
        <Text size="sm" role="status">
          {KEYCHAIN[keychain]}
        </Text>
      </Section>
    </div>
  );
}

interface LimitProps {
  name: "max_output_tokens" | "context_tokens";
  label: string;
  least: number;
  most: number;
}

function Limit({ name, ...shown }: LimitProps) {
  const saved = useSettings(({ settings }) => String(settings?.[name] ?? ""));
  const save = useSettings((state) => state.save);
  return <NumberField {...shown} field={name} saved={saved} save={(value) => save({ [name]: value })} />;
}

function DefaultProvider() {
  const { settings, providers, save } = useSettings();
  const [error, setError] = useState<CoreError | null>(null);
  const choose = (id: string) => {
    setError(null);
    save({ default_provider: id }).catch((cause) => setError(asCoreError(cause)));
  };
  return (
    <>
      <NativeSelect
        size="xs"
        className={classes.select}
        aria-label="Default provider"
        value={settings?.default_provider ?? ""}
        data={providers.map(({ id, name, missing }) => ({
          value: id,
          label: missing === null ? name : `${name} (not ready)`,
        }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {error !== null && <ErrorCard error={error} />}
    </>
  );
}
