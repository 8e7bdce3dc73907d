/** What goes along with the next question about a run: names and types of fields, or values too. */
import { CloseButton, Switch } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { displayText } from "../../components/displayText";
import { useRunQuestion } from "../../state/runQuestion";
import classes from "./RunChip.module.css";

/** The line above the text field, while a question about a run is prepared. */
export function RunChip({ workflowId }: { workflowId: WorkflowId }) {
  const question = useRunQuestion((state) => state.question);
  if (question?.workflowId !== workflowId) return null;
  const { setIncludeValues, forget } = useRunQuestion.getState();
  return (
    <div className={classes.chip}>
      <IconPlayerPlay size={13} aria-hidden />
      <span className={classes.text}>
        With the run of <bdi>{displayText(question.label, 60)}</bdi>
      </span>
      <Switch
        size="xs"
        label="Send values"
        title="Otherwise only names and types of fields are sent"
        checked={question.context.include_values}
        onChange={(event) => setIncludeValues(event.currentTarget.checked)}
      />
      <CloseButton size="xs" aria-label="Ask without the run" onClick={forget} />
    </div>
  );
}
