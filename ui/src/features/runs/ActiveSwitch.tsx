/** Switches the triggers of the open workflow on and off, and says what that means. */
import { Button, Popover, Switch, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { sentences } from "../../components/sentences";
import { useActivation } from "../../state/activation";
import { useEditor } from "../../state/editor";
import { useWorkflows } from "../../state/workflows";
import classes from "./ActiveSwitch.module.css";
import { TriggerRow } from "./TriggerRow";

/** The switch with what it is about. */
export function ActiveSwitch() {
  const workflowId = useEditor((state) => state.workflow?.id);
  const version = useEditor((state) => state.workflow?.active_version);
  const active = useWorkflows((state) => state.workflows.find(({ id }) => id === workflowId)?.active ?? false);
  const [opened, setOpened] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version may have other triggers
  useEffect(() => {
    if (workflowId !== undefined) void useActivation.getState().load(workflowId);
  }, [workflowId, version, active]);
  if (workflowId === undefined) return null;
  return (
    <Popover opened={opened} onChange={setOpened} width={380} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.state}
          data-active={active || undefined}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          <span className={classes.dot} />
          {active ? "Active" : "Inactive"}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <About active={active} />
      </Popover.Dropdown>
    </Popover>
  );
}

function About({ active }: { active: boolean }) {
  const triggers = useActivation((state) => state.triggers);
  const changing = useActivation((state) => state.changing);
  const refusal = useActivation((state) => state.refusal);
  const none = triggers !== null && triggers.length === 0;
  return (
    <div className={classes.about}>
      <Switch
        label="Active"
        description={
          active
            ? "Its triggers start runs by themselves."
            : "Its triggers start nothing. Running by hand always works."
        }
        checked={active}
        disabled={changing || (none && !active)}
        data-autofocus
        onChange={(event) => void useActivation.getState().setActive(event.currentTarget.checked)}
      />
      {refusal && (
        <div className={classes.refusal} role="alert">
          <Text size="sm" fw={600}>
            It cannot be switched on yet
          </Text>
          <Text size="sm">{sentences(refusal.message, refusal.hint)}</Text>
          <ul>
            {refusal.problems.slice(0, 20).map(({ path, message }) => (
              <li key={`${path} ${message}`}>{message}</li>
            ))}
          </ul>
        </div>
      )}
      {none ? (
        <Text size="sm" c="dimmed">
          No trigger of this workflow works by itself. Add a webhook, a form or a schedule.
        </Text>
      ) : (
        <ul className={classes.triggers} aria-label="Triggers">
          {triggers?.map((trigger) => (
            <TriggerRow key={trigger.node_id} trigger={trigger} active={active} />
          ))}
        </ul>
      )}
      <Text size="xs" c="dimmed">
        {active
          ? "Bridge goes on running when you close its window. Its icon in the tray, or starting it again, shows the window."
          : "When it is active, Bridge goes on running after you close its window."}
      </Text>
      {refusal && (
        <Button size="compact-xs" variant="default" onClick={() => void useActivation.getState().setActive(true)}>
          Try again
        </Button>
      )}
    </div>
  );
}
