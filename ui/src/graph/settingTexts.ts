/** What the settings of a node are called, and how their values read. Pure. */
import type { Join } from "../bindings/Join";
import type { NodeSettings } from "../bindings/NodeSettings";
import type { OnError } from "../bindings/OnError";

/** Titles of the settings, in the order of the form. */
export const SETTING_TITLES: Readonly<Record<keyof NodeSettings, string>> = {
  disabled: "Switched off",
  on_error: "On error",
  retry: "Try again",
  timeout_seconds: "Time limit",
  execute_once: "First item only",
  always_output: "Always put out an item",
  join: "Starts",
  credential_id: "Credential",
  notes: "Notes",
};

/** What a failure can do, with what that means. */
export const ON_ERROR: readonly { value: OnError; label: string; help: string }[] = [
  { value: "stop", label: "End the run", help: "The run ends with the error." },
  {
    value: "continue",
    label: "Go on",
    help: "An item with the field “error” goes on by the first output.",
  },
  {
    value: "error_output",
    label: "Go on by the error output",
    help: "An item with the field “error” goes on by an output of its own.",
  },
];

/** When a node with several connections coming in starts, with what that means. */
export const JOIN: readonly { value: Join; label: string; help: string }[] = [
  {
    value: "active",
    label: "When every branch that still can has brought items",
    help: "Branches that bring nothing are not waited for.",
  },
  { value: "all", label: "When every branch has brought items", help: "A branch that can bring nothing is an error." },
  {
    value: "any",
    label: "When any branch brings items",
    help: "What arrives later is dropped, and the run says so.",
  },
  { value: "first", label: "With the branch that is first", help: "What the other branches bring is dropped." },
];

/** The value of a setting in words. `credential` is the name of a credential; undefined when it is no longer there. */
export function settingText(
  name: keyof NodeSettings,
  settings: NodeSettings,
  credential: (id: string) => string | undefined,
): string {
  const { retry, timeout_seconds, credential_id } = settings;
  switch (name) {
    case "on_error":
      return ON_ERROR.find(({ value }) => value === settings.on_error)?.label ?? settings.on_error;
    case "join":
      return JOIN.find(({ value }) => value === settings.join)?.label ?? settings.join;
    case "retry":
      return retry ? `${retry.max_tries} tries, first wait ${retry.wait_ms.toLocaleString("en")} ms` : "No";
    case "timeout_seconds":
      return timeout_seconds === null ? "None of its own" : `${timeout_seconds.toLocaleString("en")} s`;
    case "credential_id":
      return credential_id === null ? "None" : (credential(credential_id) ?? "One that is no longer there");
    case "notes":
      return settings.notes === "" ? "None" : settings.notes;
    case "disabled":
    case "execute_once":
    case "always_output":
      return settings[name] ? "Yes" : "No";
  }
}
