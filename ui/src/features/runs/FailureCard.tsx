/** Why a step failed, and every way on from there. */
import { Button, Menu, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { RunSummary } from "../../bindings/RunSummary";
import type { StepError } from "../../bindings/StepError";
import type { StepSummary } from "../../bindings/StepSummary";
import { displayText } from "../../components/displayText";
import { useEditor } from "../../state/editor";
import { retry, showNode, useIsRunning } from "../../state/runCommands";
import { useRunQuestion } from "../../state/runQuestion";
import { useRuns } from "../../state/runs";
import { presentationOf } from "../errors/presentation";
import classes from "./FailureCard.module.css";
import { GrantDialog, grantText } from "./GrantDialog";

/** Characters of a message and of the response that are shown. */
const SHOWN = { message: 2_000, detail: 20_000 };

interface Props {
  run: RunSummary;
  step: StepSummary;
  error: StepError;
}

/** The card. */
export function FailureCard({ run, step, error }: Props) {
  const { title, icon: Icon } = presentationOf(error.error.code);
  return (
    <section className={classes.card} aria-label="Why it failed">
      <Icon size={18} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Text size="sm" className={classes.message}>
          {displayText(error.error.message, SHOWN.message)}
          {error.error.hint !== "" && (
            <span className={classes.hint}> {displayText(error.error.hint, SHOWN.message)}</span>
          )}
        </Text>
        <Place error={error} />
        <Detail detail={error.detail} />
        <Ways run={run} step={step} error={error} />
      </div>
    </section>
  );
}

/** Which parameter and which item it was. */
function Place({ error }: { error: StepError }) {
  const past = useRuns((state) => state.past);
  const exists = useEditor((state) => state.graph.nodes.has(error.node_id));
  const { parameter, item, position } = error;
  if (parameter === null && item === null) return null;
  return (
    <Text size="xs" c="dimmed" component="div">
      {parameter !== null &&
        (exists && !past ? (
          <button type="button" className={classes.link} onClick={() => showNode(error.node_id, rootOf(parameter))}>
            Parameter {displayText(parameter, 80)}
          </button>
        ) : (
          <>Parameter {displayText(parameter, 80)}</>
        ))}
      {position !== null && `, character ${position + 1}`}
      {item !== null && `${parameter === null ? "Item" : ", item"} ${(item + 1).toLocaleString("en")}`}
    </Text>
  );
}

/** The parameter a path begins with: `headers[1].value` is in `headers`. */
function rootOf(parameter: string): string {
  return parameter.split(/[.[]/)[0] ?? parameter;
}

function Detail({ detail }: { detail: unknown }) {
  const [opened, setOpened] = useState(false);
  if (detail === null || detail === undefined) return null;
  const text = typeof detail === "string" ? detail : JSON.stringify(detail, null, 2);
  const Icon = opened ? IconChevronDown : IconChevronRight;
  return (
    <>
      <button type="button" className={classes.more} aria-expanded={opened} onClick={() => setOpened(!opened)}>
        <Icon size={13} /> What the other side said
      </button>
      {opened && (
        <pre className={classes.detail}>
          {text
            .split("\n")
            .map((line) => displayText(line, SHOWN.detail))
            .join("\n")
            .slice(0, SHOWN.detail)}
        </pre>
      )}
    </>
  );
}

function Ways({ run, step, error }: Props) {
  const running = useIsRunning();
  const [granting, setGranting] = useState(false);
  return (
    <div className={classes.ways}>
      {error.grant && (
        <Button size="compact-xs" disabled={running} onClick={() => setGranting(true)}>
          Allow {grantText(error.grant)} and retry…
        </Button>
      )}
      <RetryButton run={run} primary={!error.grant} />
      <Button size="compact-xs" variant="default" onClick={() => ask(run, step, error)}>
        Ask the assistant
      </Button>
      {granting && error.grant && <GrantDialog runId={run.id} grant={error.grant} onClose={() => setGranting(false)} />}
    </div>
  );
}

/** Goes on at the failed step. Which version is used is said, and asked when there are two. */
function RetryButton({ run, primary = false }: { run: RunSummary; primary?: boolean }) {
  const running = useIsRunning();
  const active = useEditor((state) => state.workflow?.active_version ?? run.version_number);
  const changed = active !== run.version_number;
  const variant = primary ? "light" : "default";
  if (!changed) {
    return (
      <Button size="compact-xs" variant={variant} disabled={running} onClick={() => void retry(run.id, true)}>
        Retry from here
      </Button>
    );
  }
  return (
    <Menu position="bottom-start" width={330}>
      <Menu.Target>
        <Button size="compact-xs" variant={variant} disabled={running} rightSection={<IconChevronDown size={13} />}>
          Retry from here
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void retry(run.id, true)}>
          With the current version {active}
          <Text size="xs" c="dimmed">
            Your changes since then count. Finished steps of nodes you have not changed are taken over.
          </Text>
        </Menu.Item>
        <Menu.Item onClick={() => void retry(run.id, false)}>
          With version {run.version_number}, which failed
          <Text size="xs" c="dimmed">
            Exactly as it ran. All finished steps are taken over.
          </Text>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function ask(run: RunSummary, step: StepSummary, error: StepError): void {
  const label = error.node_label;
  const text = `The node “${displayText(label, 80)}” failed: ${displayText(error.error.message, 500)} Find out why and suggest a fix.`;
  const context = { run_id: run.id, step: step.step, include_values: false };
  useRunQuestion.getState().ask({ workflowId: run.workflow_id, label, context, text });
}
