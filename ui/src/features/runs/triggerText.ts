/** What started a run, in words. */
import type { RunSummary } from "../../bindings/RunSummary";

/** `By hand`, `Webhook`, and so on; a repetition says so. */
export function triggerText({ trigger, retry_of }: RunSummary): string {
  if (retry_of !== null) return "Retried by hand";
  switch (trigger.type) {
    case "manual":
      return "By hand";
    case "command_line":
      return "Command line";
    case "webhook":
      return "Webhook";
    case "form":
      return "Form";
    case "schedule":
      return "Schedule";
    case "workflow":
      return "Another workflow";
    case "error":
      return "A failed run";
  }
}
