/** One provider: whether it can be asked, its key, its model, its address. */
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import type { ProviderInfo } from "../../bindings/ProviderInfo";
import { ModelChooser } from "../../components/ModelChooser";
import { asCoreError } from "../../ipc";
import { useSettings } from "../../state/settings";
import { ErrorCard } from "../errors/ErrorCard";
import { AddressForm } from "./AddressForm";
import { KeyForm } from "./KeyForm";
import { LocalServers } from "./LocalServers";
import { Section } from "./Section";
import classes from "./SettingsDialog.module.css";
import { StatusDot, statusWords, useStatusOf } from "./status";

/** Everything about one provider. */
export function ProviderPage({ provider }: { provider: ProviderInfo }) {
  const status = useStatusOf(provider);
  return (
    <div className={classes.sections}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <h2 className={classes.title}>{provider.name}</h2>
          <Text size="sm" c="dimmed" className={classes.status} role="status">
            <StatusDot status={status} /> {statusWords(status, provider)}
          </Text>
        </div>
        <DefaultButton provider={provider} />
      </Group>
      {provider.needs_key && <KeyForm provider={provider} />}
      {provider.local && provider.default_base_url !== "" && <LocalServers provider={provider} />}
      {provider.default_base_url === "" ? (
        <Section title="How it works">
          <Text size="sm">
            It follows rules on this machine: no key, no network, no cost. It knows the connectors and common requests,
            but it is not a language model.
          </Text>
        </Section>
      ) : (
        <Section title="Model" note="Asked from the provider itself. A name that is not listed can be typed.">
          <ModelChooser key={provider.id} provider={provider} hideLabel />
        </Section>
      )}
      {provider.default_base_url !== "" && <AddressForm provider={provider} />}
    </div>
  );
}

function DefaultButton({ provider }: { provider: ProviderInfo }) {
  const inUse = useSettings(({ settings }) => settings?.default_provider === provider.id);
  const save = useSettings((state) => state.save);
  const [error, setError] = useState<CoreError | null>(null);
  const use = () => {
    setError(null);
    save({ default_provider: provider.id }).catch((cause) => setError(asCoreError(cause)));
  };
  if (inUse) return <Text size="sm">Default provider</Text>;
  return (
    <div>
      <Button variant="default" onClick={use}>
        Use by default
      </Button>
      {error !== null && <ErrorCard error={error} remedies={{ retry: use }} />}
    </div>
  );
}
