/** How nodes are run, as the core checks and describes it (`crates/workflow/src/settings.rs`). */
import type { FieldChange } from "../../bindings/FieldChange";
import type { NodeSettings } from "../../bindings/NodeSettings";
import { settingsOf } from "../../graph/settings";
import type { Note } from "./config";

/** Largest notes, in bytes. */
const MAX_NOTES = 1_048_576;

const within = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;

/** Notes every value out of range. */
export function checkSettings(given: NodeSettings, note: Note): void {
  const { retry, timeout_seconds, notes } = settingsOf({ settings: given });
  const refuse = (field: string, message: string) => note(`.settings.${field}`, "invalid_value", message);
  if (retry && !within(retry.max_tries, 2, 10)) refuse("retry.max_tries", "A node is tried 2 to 10 times.");
  if (retry && !within(retry.wait_ms, 0, 300_000))
    refuse("retry.wait_ms", "The wait before another try is at most 300,000 milliseconds.");
  if (timeout_seconds !== null && !within(timeout_seconds, 1, 86_400))
    refuse("timeout_seconds", "A time limit is from 1 to 86,400 seconds.");
  if (new TextEncoder().encode(notes).length > MAX_NOTES) refuse("notes", "The notes are larger than 1 MiB.");
}

/** What settings change, field by field. */
export function settingsChanges(before: NodeSettings | undefined, after: NodeSettings): FieldChange[] {
  const old = words(before);
  const now = words(after);
  return Object.keys(now).flatMap((name): FieldChange[] => {
    const [was, is] = [old[name] ?? null, now[name] ?? null];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
}

const ON_ERROR = { stop: null, continue: "Go on", error_output: "Go on by the output “error”" };
const JOIN = {
  active: null,
  all: "When every branch has brought items",
  any: "When any branch brings items",
  first: "With the branch that is first",
};

function words(given: NodeSettings | undefined): Record<string, string | null> {
  const settings = settingsOf(given ? { settings: given } : {});
  const { retry } = settings;
  const yes = (on: boolean) => (on ? "Yes" : null);
  return {
    "Switched off": yes(settings.disabled),
    "On error": ON_ERROR[settings.on_error],
    Retry: retry && `${retry.max_tries} tries, ${retry.wait_ms} ms apart at first`,
    "Time limit": settings.timeout_seconds === null ? null : `${settings.timeout_seconds} seconds`,
    "First item only": yes(settings.execute_once),
    "Always put out an item": yes(settings.always_output),
    Starts: JOIN[settings.join],
    Credential: settings.credential_id,
    Notes: settings.notes === "" ? null : settings.notes,
  };
}
