/** One trigger: what starts it, where it is reached, when it is due next. */
import type { TriggerInfo } from "../../bindings/TriggerInfo";
import { displayText } from "../../components/displayText";
import { TriggerReach } from "../../components/TriggerReach";
import { useEditor } from "../../state/editor";
import classes from "./ActiveSwitch.module.css";

const KINDS = { webhook: "Webhook", form: "Form", schedule: "Schedule", error: "After a failed run" };

/** The row. */
export function TriggerRow({ trigger, active }: { trigger: TriggerInfo; active: boolean }) {
  const label = useEditor((state) => state.graph.nodes.get(trigger.node_id)?.data.label ?? "");
  return (
    <li className={classes.trigger}>
      <div>
        <bdi className={classes.label}>{displayText(label, 80)}</bdi>{" "}
        <span className={classes.kind}>{KINDS[trigger.kind]}</span>
      </div>
      <TriggerReach trigger={trigger} active={active} />
    </li>
  );
}
