/** Whether a provider can be asked, in words and as a dot. */
import type { KeySource } from "../../bindings/KeySource";
import type { LocalServer } from "../../bindings/LocalServer";
import type { ProviderInfo } from "../../bindings/ProviderInfo";
import { useSettings } from "../../state/settings";
import classes from "./SettingsDialog.module.css";

/** State of a provider. */
export type ProviderStatus = "ready" | "missing" | "found" | "not_running" | "unknown";

/** The state, as far as it is known without asking over the network. */
export function statusOf(provider: ProviderInfo, servers: readonly LocalServer[] | null = null): ProviderStatus {
  if (provider.missing !== null) return "missing";
  if (!provider.local || provider.base_url === "") return "ready";
  if (servers === null) return "unknown";
  return servers.some((server) => server.provider === provider.id) ? "found" : "not_running";
}

const WORDS: Record<ProviderStatus, string> = {
  ready: "Ready",
  missing: "Not ready",
  found: "Local server found",
  not_running: "Not running",
  unknown: "Not looked for yet",
};

/** The state with what was found on this machine. */
export function useStatusOf(provider: ProviderInfo): ProviderStatus {
  const servers = useSettings((state) => state.servers);
  return statusOf(provider, servers);
}

/** The state in words; what is missing in the core's own. */
export function statusWords(status: ProviderStatus, provider: ProviderInfo): string {
  return status === "missing" ? (provider.missing ?? WORDS.missing) : WORDS[status];
}

/** Where a key comes from, in words. */
export function sourceWords(source: KeySource, variable: string | null): string {
  const words: Record<KeySource, string> = {
    none: "No key is set.",
    keychain: "The key is in the keychain of this machine.",
    environment: `The key comes from the environment variable ${variable ?? ""}.`,
    session: "The key is used for this session only: it is gone when Bridge ends.",
  };
  return words[source];
}

/** A dot with the state as its name. */
export function StatusDot({ status }: { status: ProviderStatus }) {
  return (
    <span className={classes.dot} data-status={status} role="img" aria-label={WORDS[status]} title={WORDS[status]} />
  );
}
