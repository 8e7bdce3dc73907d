/** How a trigger starts runs from outside: its address, or when it is due next; and what keeps it from it. */
import { Text } from "@mantine/core";
import { IconCopy, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import type { TriggerInfo } from "../bindings/TriggerInfo";
import { useActivation } from "../state/activation";
import { useToasts } from "../state/toasts";
import { displayText } from "./displayText";
import { IconAction } from "./IconAction";
import { sentences } from "./sentences";
import classes from "./TriggerReach.module.css";
import { fullTime } from "./times";

/** Lines for one trigger; `active` is whether its workflow is. */
export function TriggerReach({ trigger, active }: { trigger: TriggerInfo; active: boolean }) {
  const { url, next_at, problem, kind } = trigger;
  return (
    <>
      {url !== null && <Address nodeId={trigger.node_id} url={url} active={active} />}
      {next_at !== null && <Text size="xs">Next: {fullTime(next_at)}</Text>}
      {kind === "schedule" && next_at === null && !problem && (
        <Text size="xs" c="dimmed">
          {active ? "No time is due." : "Its times begin when it is active."}
        </Text>
      )}
      {problem && (
        <Text size="xs" className={classes.problem}>
          {sentences(problem.message, problem.hint)}
        </Text>
      )}
    </>
  );
}

function Address({ nodeId, url, active }: { nodeId: string; url: string; active: boolean }) {
  const [renewing, setRenewing] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      useToasts.getState().show({ kind: "success", message: "The address was copied.", duration: 2500 });
    } catch {
      useToasts.getState().show({ kind: "error", message: "The clipboard cannot be reached." });
    }
  };
  const renew = () => {
    setRenewing(false);
    void useActivation.getState().renew(nodeId);
  };
  return (
    <>
      <div className={classes.address}>
        <code>{displayText(url, 500)}</code>
        <IconAction label="Copy the address" size={22} onClick={() => void copy()}>
          <IconCopy size={14} />
        </IconAction>
        <IconAction label="New address" size={22} aria-expanded={renewing} onClick={() => setRenewing(!renewing)}>
          <IconRefresh size={14} />
        </IconAction>
      </div>
      {renewing && (
        <div className={classes.renew} role="alert">
          The old address stops working at once.{" "}
          <button type="button" onClick={renew}>
            Give it a new address
          </button>
        </div>
      )}
      {!active && (
        <Text size="xs" c="dimmed">
          It answers only while the workflow is active.
        </Text>
      )}
    </>
  );
}
