/** In the form of a trigger: where it is reached from outside, or when it is due next. */
import { TriggerReach } from "../../components/TriggerReach";
import { useActivation } from "../../state/activation";
import { useWorkflows } from "../../state/workflows";
import classes from "./Inspector.module.css";

/** The section; nothing for triggers that only a person starts. */
export function TriggerField({ nodeId }: { nodeId: string }) {
  const trigger = useActivation((state) => state.triggers?.find((info) => info.node_id === nodeId));
  const workflowId = useActivation((state) => state.workflowId);
  const active = useWorkflows((state) => state.workflows.find(({ id }) => id === workflowId)?.active ?? false);
  if (!trigger || (trigger.kind === "error" && !trigger.problem)) return null;
  return (
    <section className={classes.trigger} aria-label="How it is reached">
      {trigger.url !== null && <span className={classes.triggerTitle}>Address</span>}
      <TriggerReach trigger={trigger} active={active} />
    </section>
  );
}
