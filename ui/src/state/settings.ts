/** Settings, providers and keys as the core keeps them. A key passes through to the core and is never held here. */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";
import type { KeychainState } from "../bindings/KeychainState";
import type { LocalServer } from "../bindings/LocalServer";
import type { ModelInfo } from "../bindings/ModelInfo";
import type { ProviderInfo } from "../bindings/ProviderInfo";
import type { ProviderSettings } from "../bindings/ProviderSettings";
import type { Settings } from "../bindings/Settings";
import { asCoreError, call, transport } from "../ipc";

/** A provider's own list of models, as far as it has been fetched. */
export interface ModelList {
  readonly loading: boolean;
  readonly models: readonly ModelInfo[];
  readonly error: CoreError | null;
}

interface SettingsState {
  settings: Settings | null;
  providers: readonly ProviderInfo[];
  keychain: KeychainState;
  error: CoreError | null;
  models: Readonly<Record<string, ModelList>>;
  /** Servers found on this machine; null before the first search. */
  servers: readonly LocalServer[] | null;

  /** Reads everything, and again whenever it changes. Returns how to stop. */
  watch(): () => void;
  load(): Promise<void>;
  /** Changes some settings and keeps the rest. Rejects with the core's error. */
  save(change: Partial<Settings>): Promise<void>;
  /** Changes some settings of one provider. Rejects with the core's error. */
  saveProvider(id: string, change: Partial<ProviderSettings>): Promise<void>;
  /** Rejects with the core's error. */
  setKey(provider: string, key: string, sessionOnly: boolean): Promise<void>;
  /** Rejects with the core's error. */
  removeKey(provider: string): Promise<void>;
  /** Asks a provider for its models, unless the list is there already. */
  loadModels(provider: string, options?: { again?: boolean }): Promise<void>;
  /** Rejects with the core's error. */
  findServers(): Promise<readonly LocalServer[]>;
}

const NO_MODELS: ModelList = { loading: false, models: [], error: null };

/** The settings. */
export const useSettings = create<SettingsState>()((set, get) => {
  /** Saves one after the other: each changes what the one before has stored. */
  let saving: Promise<unknown> = Promise.resolve();

  const update = (change: (settings: Settings) => Settings): Promise<void> => {
    const next = saving.then(async () => {
      const settings = await call("save_settings", { settings: change(await call("get_settings", {})) });
      set({ settings, providers: await call("list_providers", {}) });
    });
    saving = next.catch(() => undefined);
    return next;
  };
  const putModels = (provider: string, list: ModelList) =>
    set(({ models }) => ({ models: { ...models, [provider]: list } }));
  /** What a provider offers may differ with another key or address. */
  const forgetModels = (provider: string) => putModels(provider, NO_MODELS);

  return {
    settings: null,
    providers: [],
    keychain: "unknown",
    error: null,
    models: {},
    servers: null,
    watch() {
      void get().load();
      return transport().onChanged(({ entity }) => {
        if (entity === "settings") void get().load();
      });
    },
    async load() {
      try {
        const [settings, providers] = await Promise.all([call("get_settings", {}), call("list_providers", {})]);
        set({ settings, providers, error: null });
        set({ keychain: await call("keychain_state", {}) });
      } catch (cause) {
        set({ error: asCoreError(cause) });
      }
    },
    save: (change) => update((settings) => ({ ...settings, ...change })),
    async saveProvider(id, change) {
      await update((settings) => {
        const own = settings.providers[id] ?? { base_url: null, model: null };
        return { ...settings, providers: { ...settings.providers, [id]: { ...own, ...change } } };
      });
      if ("base_url" in change) forgetModels(id);
    },
    async setKey(provider, key, sessionOnly) {
      try {
        const changed = await call("set_key", { provider, key, session_only: sessionOnly });
        set(({ providers }) => ({ providers: providers.map((old) => (old.id === provider ? changed : old)) }));
        forgetModels(provider);
      } finally {
        set({ keychain: await call("keychain_state", {}).catch(() => get().keychain) });
      }
    },
    async removeKey(provider) {
      const changed = await call("remove_key", { provider });
      set(({ providers }) => ({ providers: providers.map((old) => (old.id === provider ? changed : old)) }));
      forgetModels(provider);
    },
    async loadModels(provider, { again = false } = {}) {
      const known = get().models[provider];
      if (known?.loading || (!again && known !== undefined && known.models.length > 0)) return;
      putModels(provider, { ...(known ?? NO_MODELS), loading: true, error: null });
      try {
        putModels(provider, { loading: false, models: await call("list_models", { provider }), error: null });
      } catch (cause) {
        putModels(provider, { loading: false, models: known?.models ?? [], error: asCoreError(cause) });
      }
    },
    async findServers() {
      const servers = await call("find_local_servers", {});
      set({ servers });
      return servers;
    },
  };
});

/** The provider that is asked, with its model; undefined before the settings are read. */
export function useActiveProvider(): ProviderInfo | undefined {
  return useSettings(({ settings, providers }) => providers.find(({ id }) => id === settings?.default_provider));
}
