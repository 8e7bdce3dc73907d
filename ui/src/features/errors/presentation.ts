/**
 * What every kind of error looks like: one exhaustive table. A code without an entry does not compile. The sentences
 * that say what happened and what to do come from the core; a stack trace is never shown.
 */
import {
  IconArrowsDiff,
  IconBan,
  IconBug,
  IconCloudOff,
  IconCoinOff,
  IconDatabaseX,
  IconDeviceFloppy,
  IconFileAlert,
  IconFileUnknown,
  IconHourglass,
  IconKey,
  IconKeyOff,
  IconLock,
  IconLockX,
  IconMessageOff,
  IconPlugConnectedX,
  IconRobotOff,
  IconRulerMeasure,
  IconShieldX,
  IconWifiOff,
  IconWorldWww,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ErrorCode } from "../../bindings/ErrorCode";

/** What the user can do about an error with one click. */
export type Remedy =
  /** The same again. */
  | "retry"
  /** Look at how it is now, and decide again. */
  | "look_again"
  /** To the provider's key. */
  | "set_key"
  /** Keep the key in memory until the application ends. */
  | "session_key"
  /** To the provider's base URL and model. */
  | "provider_settings"
  /** Another model of the same provider. */
  | "choose_model"
  /** Another provider. */
  | "choose_provider"
  /** Start with an empty conversation. */
  | "clear_history";

/** How a kind of error is shown. */
export interface Presentation {
  readonly title: string;
  readonly icon: TablerIcon;
  /** `warning`: passes or is easily mended. `danger`: something was lost or cannot go on. */
  readonly tone: "warning" | "danger";
  /** First the one that most likely helps. */
  readonly remedies: readonly Remedy[];
}

const warning = (title: string, icon: TablerIcon, ...remedies: Remedy[]): Presentation => ({
  title,
  icon,
  tone: "warning",
  remedies,
});
const danger = (title: string, icon: TablerIcon, ...remedies: Remedy[]): Presentation => ({
  title,
  icon,
  tone: "danger",
  remedies,
});

/** How each kind of error is shown. */
export const PRESENTATIONS: Record<ErrorCode, Presentation> = {
  invalid_input: warning("That cannot be sent as it is", IconFileAlert),
  not_found: warning("It is no longer there", IconFileUnknown, "look_again"),
  conflict: warning("Something has changed in the meantime", IconArrowsDiff, "look_again"),
  busy: warning("An answer is being written already", IconHourglass, "look_again"),
  key_missing: warning("No API key yet", IconKey, "set_key", "choose_provider"),
  key_rejected: danger("The API key was not accepted", IconKeyOff, "set_key", "retry"),
  permission_denied: danger("This key may not do that", IconShieldX, "set_key", "choose_model"),
  quota_exceeded: danger("The account is out of credit", IconCoinOff, "choose_provider", "retry"),
  rate_limited: warning("Too many requests for now", IconHourglass, "retry"),
  model_not_found: warning("The provider has no such model", IconRobotOff, "choose_model", "retry"),
  context_too_long: warning("The conversation is too long", IconRulerMeasure, "clear_history", "choose_model"),
  request_refused: danger("The provider refused the request", IconBan, "choose_model", "retry"),
  provider_unavailable: warning("The provider has trouble", IconCloudOff, "retry", "choose_provider"),
  bad_answer: warning("The answer could not be read", IconMessageOff, "retry", "choose_model"),
  content_filtered: warning("The provider withheld the answer", IconBan, "choose_model"),
  interrupted: warning("The answer was cut off", IconPlugConnectedX, "retry"),
  timeout: warning("Nothing came for too long", IconHourglass, "retry"),
  answer_too_large: warning("The answer is too large", IconRulerMeasure, "retry"),
  offline: warning("No network", IconWifiOff, "retry", "choose_provider"),
  connection_refused: warning("Nothing answers at that address", IconPlugConnectedX, "retry", "provider_settings"),
  tls_failed: danger("The connection is not secure", IconLockX, "provider_settings", "retry"),
  proxy_authentication: warning("A proxy wants a name and password", IconLock, "retry"),
  captive_portal: warning("A web page came instead of an answer", IconWorldWww, "retry", "provider_settings"),
  disk_full: danger("The disk is full", IconDeviceFloppy, "retry"),
  read_only: danger("Nothing can be saved", IconLock, "retry"),
  store_unavailable: danger("The data folder cannot be reached", IconDatabaseX, "retry"),
  store_damaged: danger("The database is damaged", IconDatabaseX),
  store_newer: danger("The database is from a newer version", IconDatabaseX),
  store_in_use: danger("Another window has this data open", IconLock, "retry"),
  keychain_missing: warning("This machine has no keychain", IconKeyOff, "session_key"),
  keychain_locked: warning("The keychain is locked", IconLock, "retry", "session_key"),
  keychain_denied: warning("The keychain refuses Bridge", IconShieldX, "session_key"),
  keychain_waiting: warning("The keychain does not answer", IconHourglass, "retry", "session_key"),
  not_granted: warning("This workflow may not reach that", IconShieldX),
  expression_failed: danger("An expression or code failed", IconBug),
  limit_reached: warning("A limit of the run was reached", IconHourglass),
  service_failed: danger("The service said that it did not work", IconBug),
  node_failed: danger("A node failed", IconBug),
  canceled: warning("Cancelled", IconHourglass),
  internal: danger("Something went wrong in Bridge", IconBug, "retry"),
};

/** How an error is shown. A code from a newer core is shown as a defect, with its own sentences. */
export function presentationOf(code: ErrorCode): Presentation {
  return Object.hasOwn(PRESENTATIONS, code) ? PRESENTATIONS[code] : PRESENTATIONS.internal;
}

/** Words on the buttons. */
export const REMEDY_LABELS: Record<Remedy, string> = {
  retry: "Try again",
  look_again: "Look again",
  set_key: "Set the key",
  session_key: "Use for this session only",
  provider_settings: "Open settings",
  choose_model: "Choose a model",
  choose_provider: "Choose a provider",
  clear_history: "Clear the history",
};
