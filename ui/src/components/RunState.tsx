/** How the state of a run or a step looks: one sign and one word for each, the same everywhere. */
import {
  IconBan,
  IconCheck,
  IconClock,
  IconHourglassEmpty,
  IconLoader2,
  IconPlayerSkipForward,
  IconQuestionMark,
  IconX,
  type TablerIcon,
} from "@tabler/icons-react";
import type { RunStatus } from "../bindings/RunStatus";
import type { StepStatus } from "../bindings/StepStatus";
import classes from "./RunState.module.css";

interface Look {
  readonly Icon: TablerIcon;
  readonly text: string;
}

/** Every state. */
export const RUN_LOOKS: Record<RunStatus | StepStatus, Look> = {
  new: { Icon: IconHourglassEmpty, text: "Queued" },
  running: { Icon: IconLoader2, text: "Running" },
  waiting: { Icon: IconClock, text: "Waiting" },
  success: { Icon: IconCheck, text: "Succeeded" },
  error: { Icon: IconX, text: "Failed" },
  canceled: { Icon: IconBan, text: "Cancelled" },
  unknown: { Icon: IconQuestionMark, text: "Outcome unknown" },
  skipped: { Icon: IconPlayerSkipForward, text: "Switched off" },
};

/** The sign alone, in a disc of its colour, named for screen readers. */
export function RunState({ status, size = 16 }: { status: RunStatus | StepStatus; size?: number }) {
  const { Icon, text } = RUN_LOOKS[status];
  return (
    <span
      className={classes.state}
      data-status={status}
      role="img"
      aria-label={text}
      title={text}
      style={{ width: size, height: size }}
    >
      <Icon size={size - 5} stroke={2.75} />
    </span>
  );
}
