/** Risks in words and icons: one exhaustive table. */
import {
  IconCalendarClock,
  IconCode,
  IconEyeOff,
  IconFiles,
  IconKey,
  IconSend,
  IconTrash,
  IconWebhook,
  IconWorldUpload,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ProposedAction } from "../../bindings/ProposedAction";
import type { Risk } from "../../bindings/Risk";

interface RiskWords {
  readonly icon: TablerIcon;
  readonly label: string;
  readonly meaning: string;
  /** Higher is shown first. */
  readonly weight: number;
}

/** Every risk. */
export const RISKS: Record<Risk, RiskWords> = {
  hidden_text: {
    icon: IconEyeOff,
    label: "Hidden text",
    meaning: "It holds characters that are not visible.",
    weight: 9,
  },
  credential: { icon: IconKey, label: "Uses a credential", meaning: "It signs in somewhere in your name.", weight: 8 },
  code: { icon: IconCode, label: "Runs code", meaning: "It runs a program.", weight: 7 },
  new_host: {
    icon: IconWorldUpload,
    label: "New address",
    meaning: "It talks to a host this workflow does not talk to yet.",
    weight: 6,
  },
  files: { icon: IconFiles, label: "Files", meaning: "It reads or writes files.", weight: 5 },
  deletion: { icon: IconTrash, label: "Removes", meaning: "It removes something from the workflow.", weight: 4 },
  webhook: { icon: IconWebhook, label: "Opens a webhook", meaning: "It can be started from outside.", weight: 3 },
  schedule: { icon: IconCalendarClock, label: "Starts by itself", meaning: "It starts without you.", weight: 2 },
  sends: { icon: IconSend, label: "Sends", meaning: "It sends something to people or services.", weight: 1 },
};

/** How much an action needs a look: its heaviest risk first, then how many there are. */
function weightOf({ risks }: ProposedAction): number {
  const heaviest = risks.reduce((most, risk) => Math.max(most, RISKS[risk].weight), 0);
  return heaviest * 100 + risks.length;
}

/** Risky ones first, then those with problems, then the others; each group in the order of the answer. */
export function riskyFirst(actions: readonly ProposedAction[]): ProposedAction[] {
  const weighed = actions.map((action) => ({ action, weight: weightOf(action), problems: action.problems.length > 0 }));
  weighed.sort(
    (a, b) => b.weight - a.weight || Number(b.problems) - Number(a.problems) || a.action.index - b.action.index,
  );
  return weighed.map(({ action }) => action);
}
