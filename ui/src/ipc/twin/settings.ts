/** The twin's settings, providers and keys. Keys are remembered as "there is one"; their text is thrown away. */
import type { KeychainState } from "../../bindings/KeychainState";
import type { KeySource } from "../../bindings/KeySource";
import type { ModelInfo } from "../../bindings/ModelInfo";
import type { Problem } from "../../bindings/Problem";
import type { ProblemCode } from "../../bindings/ProblemCode";
import type { ProviderInfo } from "../../bindings/ProviderInfo";
import type { Settings } from "../../bindings/Settings";
import { isWebAddress } from "./config";
import type { Part } from "./part";
import { BUILT_IN, PROVIDERS, provider, type Registered } from "./registry";
import { coreError, invalidInput, type World } from "./world";

/** What tests change about this machine. */
export class TwinMachine {
  keychain: KeychainState = "ready";
  /** Providers whose environment variable is set. */
  readonly environment = new Set<string>(["gemini"]);
  /** Providers whose local server answers. */
  readonly localServers = new Set<string>(["ollama"]);
  /** Addresses that were opened, oldest first. */
  readonly opened: string[] = [];
  /** How long the keychain waits for the user before it gives up, in milliseconds. */
  keychainPatience = 3000;
  /** Where the key of a provider is, if there is one. */
  readonly keys = new Map<string, KeySource>();
  settings: Settings = {
    default_provider: BUILT_IN,
    providers: {},
    theme: "system",
    webhooks: { port: 5680, open: false, hosts: [] },
    knows_closing: false,
    max_output_tokens: 16_384,
    context_tokens: 32_768,
  };

  /** A provider with its settings. */
  info(provider: Registered): ProviderInfo {
    const needs_key = provider.key_variable !== null;
    const key_source = this.keys.get(provider.id) ?? (this.environment.has(provider.id) ? "environment" : "none");
    const own = this.settings.providers[provider.id];
    const base_url = own?.base_url ?? provider.default_base_url;
    const model = own?.model ?? provider.default_model;
    const isUnaddressed = base_url === "" && provider.id !== BUILT_IN;
    const lacks = isUnaddressed ? "a base URL" : needs_key && key_source === "none" ? "an API key" : null;
    const missing = lacks && `${provider.name} needs ${lacks}.`;
    return { ...provider, needs_key, key_source, base_url, model, missing };
  }

  /** Refuses a provider that cannot be asked. */
  checkReady({ missing, needs_key }: ProviderInfo): void {
    if (missing === null) return;
    if (needs_key) throw coreError("key_missing", missing, "Enter one in the settings.");
    throw invalidInput([{ path: "base_url", code: "missing", message: missing }]);
  }
}

const machines = new WeakMap<World, TwinMachine>();

/** The machine a twin runs on. */
export function machineOf(world: World): TwinMachine {
  const found = machines.get(world) ?? new TwinMachine();
  machines.set(world, found);
  return found;
}

const LIMITS = { max_output_tokens: [1024, 131_072], context_tokens: [2048, 1_000_000] } as const;

/** Commands on settings, providers and keys. */
export function settingsCommands(world: World): Part {
  const machine = machineOf(world);
  const { keys } = machine;
  const info = (provider: Registered) => machine.info(provider);
  return {
    commands: {
      get_settings: () => machine.settings,
      save_settings: ({ settings: wanted }) => {
        checkSettings(wanted);
        machine.settings = wanted;
        world.changed("settings", "");
        return wanted;
      },
      list_providers: () => PROVIDERS.map(info),
      list_models: ({ provider }) => modelsOf(info(registered(provider)), machine),
      find_local_servers: () =>
        PROVIDERS.filter(({ id }) => machine.localServers.has(id)).map(({ id, default_base_url }) => ({
          provider: id,
          base_url: default_base_url,
          models: LOCAL_MODELS,
        })),
      keychain_state: () => machine.keychain,
      set_key: async ({ provider, key, session_only }) => {
        const spec = keyed(provider);
        checkKey(key);
        if (!session_only) await reachKeychain(machine);
        keys.set(spec.id, session_only ? "session" : "keychain");
        world.changed("settings", "");
        return info(spec);
      },
      remove_key: async ({ provider }) => {
        const spec = keyed(provider);
        if (keys.get(spec.id) === "keychain") await reachKeychain(machine);
        keys.delete(spec.id);
        world.changed("settings", "");
        return info(spec);
      },
      open_link: ({ url }) => {
        if (!/^(https?|mailto):/.test(url)) {
          throw invalidInput([
            { path: "url", code: "invalid_value", message: "Only web and mail addresses can be opened." },
          ]);
        }
        machine.opened.push(url);
        return null;
      },
    },
  };
}

/** The provider with this identifier, or `not_found`. */
export function registered(id: string): Registered {
  const found = provider(id);
  if (!found) throw coreError("not_found", `There is no provider ${id}.`);
  return found;
}

/** A provider that keeps a key: all but the built-in assistant. */
function keyed(id: string): Registered {
  return registered(id === BUILT_IN ? "" : id);
}

function checkKey(key: string): void {
  const text = key.trim();
  const refuse = (code: ProblemCode, message: string) => invalidInput([{ path: "key", code, message }]);
  if (text === "") throw refuse("missing", "The key is empty.");
  if (!/^[!-~]+$/.test(text)) throw refuse("invalid_value", "The key has a character inside that no API key has.");
}

const LOCAL_MODELS = ["qwen3:8b", "gemma4:12b"];

function modelsOf(provider: ProviderInfo, machine: TwinMachine): ModelInfo[] {
  machine.checkReady(provider);
  if (provider.id === BUILT_IN) return [model(provider.model, provider.name)];
  if (provider.local && !machine.localServers.has(provider.id)) {
    throw coreError("connection_refused", `Nothing answers at ${provider.base_url}.`, `Start ${provider.name}.`);
  }
  if (provider.local) return LOCAL_MODELS.map((id) => model(id));
  const more = Array.from({ length: 30 }, (_, i) => `${provider.id}-model-${i + 1}`);
  return [provider.default_model, ...more].map((id, place) => ({
    ...model(id),
    context_tokens: 400_000,
    retires_at: place === 3 ? "2027-01-31" : null,
  }));
}

function model(id: string, name = id): ModelInfo {
  return { id, name, context_tokens: null, output_tokens: null, retires_at: null };
}

/** Refuses as a keychain in this state does. */
export async function reachKeychain(machine: TwinMachine): Promise<void> {
  const refuse = (code: Parameters<typeof coreError>[0], message: string, hint: string) => {
    throw coreError(code, message, hint);
  };
  if (machine.keychain === "missing")
    refuse(
      "keychain_missing",
      "This machine has no keychain that answers.",
      "Install one, or use the key for this session only.",
    );
  if (machine.keychain === "locked") refuse("keychain_locked", "The keychain is locked.", "Unlock it and try again.");
  if (machine.keychain === "denied")
    refuse("keychain_denied", "The keychain refuses this application.", "Allow it in the keychain's settings.");
  if (machine.keychain === "waiting") {
    await new Promise((resolve) => setTimeout(resolve, machine.keychainPatience));
    refuse("keychain_waiting", "The keychain did not answer.", "It may be showing a prompt behind this window.");
  }
}

function checkSettings(settings: Settings): void {
  const problems: Problem[] = [];
  const refuse = (path: string, message: string) => problems.push({ path, code: "invalid_value", message });
  if (!provider(settings.default_provider)) refuse("default_provider", "There is no such provider.");
  for (const [name, [least, most]] of Object.entries(LIMITS)) {
    const value = settings[name as keyof typeof LIMITS];
    if (!(value >= least && value <= most)) refuse(name, `Must be from ${least} to ${most}.`);
  }
  const { port, hosts } = settings.webhooks;
  if (!(Number.isInteger(port) && port >= 1024 && port <= 65_535))
    refuse("webhooks.port", "Must be from 1024 to 65535.");
  hosts.forEach((host, index) => {
    if (!/^[a-z0-9.\-:[\]]{1,260}$/i.test(host))
      refuse(`webhooks.hosts[${index}]`, `“${host}” is not a host's name, such as hooks.example.com.`);
  });
  for (const [id, { base_url, model }] of Object.entries(settings.providers).sort()) {
    if (!provider(id)) {
      refuse(`providers.${id}`, `There is no provider ${id}.`);
      continue;
    }
    if (base_url !== null && !isWebAddress(base_url)) {
      refuse(`providers.${id}.base_url`, "A base URL begins with http:// or https:// and names a host.");
    }
    if (model?.trim() === "") refuse(`providers.${id}.model`, "Name a model, or leave it to the default.");
  }
  if (problems.length > 0) throw invalidInput(problems);
}
