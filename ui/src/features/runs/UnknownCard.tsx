/** A step of which nobody knows whether it happened: the user decides. */
import { Button, Text } from "@mantine/core";
import { IconHelp } from "@tabler/icons-react";
import { useState } from "react";
import type { StepDecision } from "../../bindings/StepDecision";
import type { StepSummary } from "../../bindings/StepSummary";
import { displayText } from "../../components/displayText";
import { counted } from "../../components/durations";
import { fullTime } from "../../components/times";
import { useRuns } from "../../state/runs";
import classes from "./FailureCard.module.css";

/** The question. */
export function UnknownCard({ step, label }: { step: StepSummary; label: string }) {
  const [deciding, setDeciding] = useState(false);
  const decide = async (decision: StepDecision) => {
    setDeciding(true);
    await useRuns.getState().decide(step.step, decision);
    setDeciding(false);
  };
  const items = step.inputs.reduce((sum, count) => sum + count, 0);
  return (
    <section className={classes.card} data-tone="warning" role="alert" aria-label="Outcome unknown">
      <IconHelp size={18} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <Text size="sm" fw={600}>
          Did “{displayText(label, 80)}” happen?
        </Text>
        <Text size="sm">
          Bridge ended while this step was under way. It began on {fullTime(step.started_at)} with{" "}
          {counted(items, "item")}, and may or may not have reached the other side. Look there first if you can.
        </Text>
        <div className={classes.ways}>
          <Button size="compact-xs" variant="light" disabled={deciding} onClick={() => void decide("repeat")}>
            Repeat (may happen twice)
          </Button>
          <Button size="compact-xs" variant="default" disabled={deciding} onClick={() => void decide("skip")}>
            Skip: it happened
          </Button>
          <Button size="compact-xs" variant="default" disabled={deciding} onClick={() => void decide("stop")}>
            Stop the run
          </Button>
        </div>
      </div>
    </section>
  );
}
