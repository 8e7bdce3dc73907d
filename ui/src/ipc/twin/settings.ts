/** The twin's settings, providers and keys. Keys are remembered as "there is one"; their text is thrown away. */
import type { KeychainState } from "../../bindings/KeychainState";
import type { KeySource } from "../../bindings/KeySource";
import type { ModelInfo } from "../../bindings/ModelInfo";
import type { ProviderInfo } from "../../bindings/ProviderInfo";
import type { Settings } from "../../bindings/Settings";
import type { Part } from "./part";
import { coreError, type World } from "./world";

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
}

const machines = new WeakMap<World, TwinMachine>();

/** The machine a twin runs on. */
export function machineOf(world: World): TwinMachine {
  const found = machines.get(world) ?? new TwinMachine();
  machines.set(world, found);
  return found;
}

type Registered = Pick<
  ProviderInfo,
  "id" | "name" | "local" | "key_variable" | "key_page" | "default_base_url" | "default_model"
>;

function cloud(id: string, name: string, url: string, model: string, page: string): Registered {
  const key_variable = `${id.toUpperCase()}_API_KEY`;
  return { id, name, local: false, key_variable, key_page: page, default_base_url: url, default_model: model };
}

function local(id: string, name: string, url: string, model = ""): Registered {
  return { id, name, local: true, key_variable: null, key_page: null, default_base_url: url, default_model: model };
}

const PROVIDERS: readonly Registered[] = [
  local("builtin", "Built-in assistant", "", "rules"),
  cloud("openai", "OpenAI", "https://api.openai.com/v1", "gpt-6.1-terra", "https://platform.openai.com/api-keys"),
  cloud(
    "anthropic",
    "Anthropic",
    "https://api.anthropic.com/v1",
    "claude-sonnet-5-5",
    "https://console.anthropic.com/settings/keys",
  ),
  cloud(
    "gemini",
    "Google Gemini",
    "https://generativelanguage.googleapis.com/v1beta",
    "gemini-3.8-flash",
    "https://aistudio.google.com/apikey",
  ),
  cloud("deepseek", "DeepSeek", "https://api.deepseek.com", "deepseek-flash", "https://platform.deepseek.com/api_keys"),
  local("ollama", "Ollama", "http://127.0.0.1:11434/v1"),
  local("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1"),
];

const LIMITS = { max_output_tokens: [1024, 131_072], context_tokens: [2048, 1_000_000] } as const;

/** Commands on settings, providers and keys. */
export function settingsCommands(world: World): Part {
  const machine = machineOf(world);
  const keys = new Map<string, KeySource>();
  let settings: Settings = {
    default_provider: "builtin",
    providers: {},
    theme: "system",
    max_output_tokens: 16_384,
    context_tokens: 32_768,
  };
  const info = (provider: Registered): ProviderInfo => {
    const needs_key = provider.key_variable !== null;
    const key_source = keys.get(provider.id) ?? (machine.environment.has(provider.id) ? "environment" : "none");
    const own = settings.providers[provider.id];
    const missing = needs_key && key_source === "none" ? `${provider.name} needs an API key.` : null;
    const base_url = own?.base_url ?? provider.default_base_url;
    return { ...provider, needs_key, key_source, base_url, model: own?.model ?? provider.default_model, missing };
  };
  return {
    commands: {
      get_settings: () => settings,
      save_settings: ({ settings: wanted }) => {
        checkSettings(wanted);
        settings = wanted;
        world.changed("settings", "");
        return settings;
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
        if (key.trim() === "") throw coreError("invalid_input", "The key is empty.", "Paste the key.");
        if (!session_only) await reachKeychain(machine);
        keys.set(registered(provider).id, session_only ? "session" : "keychain");
        world.changed("settings", "");
        return info(registered(provider));
      },
      remove_key: async ({ provider }) => {
        if (keys.get(provider) === "keychain") await reachKeychain(machine);
        keys.delete(provider);
        world.changed("settings", "");
        return info(registered(provider));
      },
      open_link: ({ url }) => {
        if (!/^(https?|mailto):/.test(url)) throw coreError("invalid_input", "Only web and mail addresses are opened.");
        machine.opened.push(url);
        return null;
      },
    },
  };
}

function registered(id: string): Registered {
  const found = PROVIDERS.find((provider) => provider.id === id);
  if (!found) throw coreError("not_found", `There is no provider ${id}.`);
  return found;
}

const LOCAL_MODELS = ["qwen3:8b", "gemma4:12b"];

function modelsOf(provider: ProviderInfo, machine: TwinMachine): ModelInfo[] {
  if (provider.missing !== null) throw coreError("key_missing", provider.missing, "Set one in the settings.");
  if (provider.local && provider.id !== "builtin" && !machine.localServers.has(provider.id)) {
    throw coreError("connection_refused", `Nothing answers at ${provider.base_url}.`, `Start ${provider.name}.`);
  }
  const names = provider.local && provider.id !== "builtin" ? LOCAL_MODELS : [provider.default_model];
  const more = provider.local ? [] : Array.from({ length: 30 }, (_, i) => `${provider.id}-model-${i + 1}`);
  return [...names, ...more].map((id, place) => ({
    id,
    name: id,
    context_tokens: provider.local ? null : 400_000,
    output_tokens: null,
    retires_at: place === 3 ? "2027-01-31" : null,
  }));
}

async function reachKeychain(machine: TwinMachine): Promise<void> {
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
  const problems = Object.entries(LIMITS).flatMap(([name, [least, most]]) => {
    const value = settings[name as keyof typeof LIMITS];
    const fits = Number.isInteger(value) && value >= least && value <= most;
    return fits ? [] : [{ path: name, code: "invalid_value" as const, message: `Between ${least} and ${most}.` }];
  });
  for (const [id, { base_url }] of Object.entries(settings.providers)) {
    if (base_url !== null && !/^https?:\/\/[^\s/]+/.test(base_url)) {
      const message = "A base URL begins with http:// or https:// and names a host.";
      problems.push({ path: `providers.${id}.base_url`, code: "invalid_value", message });
    }
  }
  if (problems.length > 0)
    throw coreError("invalid_input", problems[0]?.message ?? "", "Correct it and save again.", problems);
}
