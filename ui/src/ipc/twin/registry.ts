/** The providers the twin knows, as the core's registry has them. Only the settings ask for them. */
import type { ProviderInfo } from "../../bindings/ProviderInfo";

/** A provider before any setting. */
export type Registered = Pick<
  ProviderInfo,
  "id" | "name" | "local" | "key_variable" | "key_page" | "default_base_url" | "default_model"
>;

function cloud(id: string, name: string, url: string, model: string, page: string): Registered {
  const key_variable = `${id.toUpperCase()}_API_KEY`;
  return { id, name, local: false, key_variable, key_page: page, default_base_url: url, default_model: model };
}

function keyless(id: string, name: string, url: string, local = true, model = ""): Registered {
  return { id, name, local, key_variable: null, key_page: null, default_base_url: url, default_model: model };
}

/** Identifier of the built-in assistant. */
export const BUILT_IN = "builtin";

/** Every provider, in the order of the settings page. */
export const PROVIDERS: readonly Registered[] = [
  keyless(BUILT_IN, "Built-in assistant", "", true, "bridge-rules"),
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
  cloud(
    "openrouter",
    "OpenRouter",
    "https://openrouter.ai/api/v1",
    "openrouter/auto",
    "https://openrouter.ai/settings/keys",
  ),
  cloud("groq", "Groq", "https://api.groq.com/openai/v1", "openai/gpt-oss-120b", "https://console.groq.com/keys"),
  cloud(
    "mistral",
    "Mistral",
    "https://api.mistral.ai/v1",
    "mistral-large-latest",
    "https://console.mistral.ai/api-keys",
  ),
  keyless("ollama", "Ollama", "http://127.0.0.1:11434/v1"),
  keyless("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1"),
  keyless("llamacpp", "llama.cpp server", "http://127.0.0.1:8080/v1"),
  keyless("custom", "Other OpenAI-compatible server", "", false),
];

/** The provider with this identifier. */
export function provider(id: string): Registered | undefined {
  return PROVIDERS.find((candidate) => candidate.id === id);
}
