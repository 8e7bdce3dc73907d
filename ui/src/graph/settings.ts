/** How a node is run: the defaults, what differs from them, and what values may be. Pure. */
import type { NodeData } from "../bindings/NodeData";
import type { NodeSettings } from "../bindings/NodeSettings";

/** How a node is run that says nothing else. */
const DEFAULT_SETTINGS: NodeSettings = {
  disabled: false,
  on_error: "stop",
  retry: null,
  timeout_seconds: null,
  execute_once: false,
  always_output: false,
  join: "active",
  credential_id: null,
  notes: "",
};

/** What trying again begins with when it is switched on. */
export const FIRST_RETRY = { max_tries: 3, wait_ms: 1000 } as const;

/** All settings of a node. What is stored holds only what differs from the defaults. */
export function settingsOf({ settings }: Pick<NodeData, "settings">): NodeSettings {
  return settings ? { ...DEFAULT_SETTINGS, ...settings } : DEFAULT_SETTINGS;
}

/** The names of settings that differ from the defaults. */
export function ownSettings(settings: NodeSettings): (keyof NodeSettings)[] {
  const names = Object.keys(DEFAULT_SETTINGS) as (keyof NodeSettings)[];
  return names.filter((name) => settings[name] !== DEFAULT_SETTINGS[name]);
}

/** A node's data with other settings, as it is stored: only what differs, and nothing at all when nothing does. */
export function withSettings(data: NodeData, settings: NodeSettings): NodeData {
  const { settings: _, ...rest } = data;
  const own = ownSettings({ ...DEFAULT_SETTINGS, ...settings });
  if (own.length === 0) return rest;
  return { ...rest, settings: Object.fromEntries(own.map((name) => [name, settings[name]])) as NodeSettings };
}

/** A setting that is typed: a part of `retry`, the time limit, or the notes. */
export type TypedSetting = "retry.max_tries" | "retry.wait_ms" | "timeout_seconds" | "notes";

/** The typed settings that are numbers, with the least and the most they may be. */
export const RANGES = {
  "retry.max_tries": [2, 10],
  "retry.wait_ms": [0, 300_000],
  timeout_seconds: [1, 86_400],
} as const satisfies Partial<Record<TypedSetting, readonly [number, number]>>;

/** The settings with one that was typed. */
export function withTyped(settings: NodeSettings, name: TypedSetting, value: unknown): NodeSettings {
  const number = typeof value === "number" ? value : null;
  switch (name) {
    case "notes":
      return { ...settings, notes: String(value ?? "") };
    case "timeout_seconds":
      return { ...settings, timeout_seconds: number };
    case "retry.max_tries":
      return { ...settings, retry: { ...FIRST_RETRY, ...settings.retry, max_tries: number ?? FIRST_RETRY.max_tries } };
    case "retry.wait_ms":
      return { ...settings, retry: { ...FIRST_RETRY, ...settings.retry, wait_ms: number ?? FIRST_RETRY.wait_ms } };
  }
}

/** Settings from a text anyone may have written: those of the right kind, nothing else. The core holds the ranges. */
export function readSettings(value: unknown): NodeSettings | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const read: Record<string, unknown> = {};
  for (const [name, fits] of Object.entries(KINDS)) {
    const found = (value as Record<string, unknown>)[name];
    if (found !== undefined && fits(found)) read[name] = found;
  }
  return { ...DEFAULT_SETTINGS, ...read };
}

const isBoolean = (value: unknown) => typeof value === "boolean";
const isText = (value: unknown) => typeof value === "string";
const isWhole = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff;

function isRetry(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { max_tries, wait_ms, ...rest } = value as Record<string, unknown>;
  return isWhole(max_tries) && isWhole(wait_ms) && Object.keys(rest).length === 0;
}

const KINDS: Record<keyof NodeSettings, (value: unknown) => boolean> = {
  disabled: isBoolean,
  on_error: (value) => ["stop", "continue", "error_output"].includes(String(value)),
  retry: isRetry,
  timeout_seconds: isWhole,
  execute_once: isBoolean,
  always_output: isBoolean,
  join: (value) => ["active", "all", "any", "first"].includes(String(value)),
  credential_id: (value) => isText(value) && UUID.test(String(value)),
  notes: isText,
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
