/** Model servers on this machine: looked for on demand. */
import { Button, Text } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import type { LocalServer } from "../../bindings/LocalServer";
import type { ProviderInfo } from "../../bindings/ProviderInfo";
import { asCoreError } from "../../ipc";
import { useSettings } from "../../state/settings";
import { ErrorCard } from "../errors/ErrorCard";
import { Section } from "./Section";
import classes from "./SettingsDialog.module.css";

/** A button that looks, and what it found. */
export function LocalServers({ provider }: { provider: ProviderInfo }) {
  const { servers, findServers, saveProvider } = useSettings();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CoreError | null>(null);
  const attempt = async (run: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await run();
    } catch (cause) {
      setError(asCoreError(cause));
    } finally {
      setBusy(false);
    }
  };
  const found = servers?.filter((server) => server.provider === provider.id) ?? [];
  const use = (server: LocalServer) => attempt(() => saveProvider(provider.id, { base_url: server.base_url }));
  return (
    <Section title="On this machine" note="Nothing leaves this machine. No key is needed.">
      <Button
        variant="default"
        className={classes.fit}
        leftSection={<IconSearch size={14} />}
        loading={busy}
        onClick={() => void attempt(findServers)}
      >
        Find local servers
      </Button>
      <div role="status">
        {servers !== null && found.length === 0 && (
          <Text size="sm">
            {provider.name} does not answer at {provider.base_url}. Start it and look again, or change the address
            below.
          </Text>
        )}
        {found.map((server) => (
          <div key={server.base_url} className={classes.found}>
            <Text size="sm">
              Found at <code>{server.base_url}</code> with {modelCount(server.models.length)}.
            </Text>
            {server.base_url !== provider.base_url && (
              <Button size="compact-xs" variant="light" onClick={() => void use(server)}>
                Use this address
              </Button>
            )}
          </div>
        ))}
      </div>
      {error !== null && <ErrorCard error={error} remedies={{ retry: () => void attempt(findServers) }} />}
    </Section>
  );
}

function modelCount(count: number): string {
  if (count === 0) return "no models yet";
  return count === 1 ? "1 model" : `${count} models`;
}
