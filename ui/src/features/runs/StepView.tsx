/** One step: what went wrong if anything did, what can be done with its node, and its items. */
import { Button, Menu, SegmentedControl, Tabs, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconDotsVertical, IconPencil, IconPin, IconPinnedOff, IconPlayerPlay } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { RunSummary } from "../../bindings/RunSummary";
import type { StepSummary } from "../../bindings/StepSummary";
import { displayText } from "../../components/displayText";
import { counted, duration } from "../../components/durations";
import { IconAction } from "../../components/IconAction";
import { RunItems } from "../../components/RunItems";
import { RUN_LOOKS } from "../../components/RunState";
import { fullTime } from "../../components/times";
import type { Base } from "../../graph/expressions/paths";
import { useCatalog } from "../../state/catalog";
import { useEditor } from "../../state/editor";
import { usePins } from "../../state/pins";
import { runTo, unpin, useIsRunning } from "../../state/runCommands";
import { useRuns } from "../../state/runs";
import { ItemsView } from "./data/ItemsView";
import { type ItemSource, sourceKey } from "./data/source";
import { FailureCard } from "./FailureCard";
import { PinDialog } from "./PinDialog";
import { pinnable, pinStepOutput } from "./pinning";
import { nodeLabel } from "./StepList";
import classes from "./StepView.module.css";
import { UnknownCard } from "./UnknownCard";

/** Below this width, in CSS pixels, input and output share the place. */
const NARROW = 680;

/** The selected step. */
export function StepView({ run, step }: { run: RunSummary; step: StepSummary }) {
  const { ref, width } = useElementSize();
  const label = useEditor((state) => nodeLabel(state, step.node_id)) ?? step.error?.node_label ?? "";
  const input = <InputPane key={`i${step.step}/${run.id}`} run={run} step={step} />;
  const output = <OutputPane key={`o${step.step}/${run.id}`} run={run} step={step} label={label} />;
  return (
    <div className={classes.view} ref={ref}>
      <Head step={step} label={label} />
      {step.notice !== undefined && (
        <p className={classes.notice} role="note">
          {displayText(step.notice, 400)}
        </p>
      )}
      {step.error && <FailureCard run={run} step={step} error={step.error} />}
      {step.status === "unknown" && <UnknownCard step={step} label={label} />}
      {width > 0 && width < NARROW ? (
        <Tabs
          key={step.step}
          defaultValue={step.outputs.length > 0 ? "output" : "input"}
          className={classes.tabs}
          keepMounted={false}
        >
          <Tabs.List>
            <Tabs.Tab value="input">Input</Tabs.Tab>
            <Tabs.Tab value="output">Output</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="input" className={classes.tab}>
            {input}
          </Tabs.Panel>
          <Tabs.Panel value="output" className={classes.tab}>
            {output}
          </Tabs.Panel>
        </Tabs>
      ) : (
        <div className={classes.panes}>
          {input}
          {output}
        </div>
      )}
    </div>
  );
}

function Head({ step, label }: { step: StepSummary; label: string }) {
  const running = useIsRunning();
  const past = useRuns((state) => state.past);
  const tries = step.attempts > 1 ? ` · ${step.attempts} tries` : "";
  const took = step.duration_ms === null ? "" : ` in ${duration(step.duration_ms)}`;
  return (
    <div className={classes.head}>
      <bdi className={classes.label}>{displayText(label, 120)}</bdi>
      <span className={classes.state}>
        {RUN_LOOKS[step.status].text}
        {took}
        {tries}
        {step.waits_until === null ? "" : ` until ${fullTime(step.waits_until)}`}
        {step.reused ? " · not executed: its output was there" : ""}
      </span>
      {!past && (
        <>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconPlayerPlay size={13} />}
            disabled={running}
            onClick={() => void runTo(step.node_id)}
          >
            Run this node
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <IconAction label="More ways to run" size={22}>
                <IconDotsVertical size={15} />
              </IconAction>
            </Menu.Target>
            <Menu.Dropdown>
              <RunItems nodeId={step.node_id} />
            </Menu.Dropdown>
          </Menu>
        </>
      )}
    </div>
  );
}

function InputPane({ run, step }: { run: RunSummary; step: StepSummary }) {
  const inputs = step.inputs.map((total, input) => ({
    name: `Input ${input + 1}`,
    total,
    source: { runId: run.id, step: step.step, kind: "input", input } as const,
  }));
  return <Pane title="Input" ports={inputs} base={ARRIVING} empty="Nothing arrived." />;
}

const ARRIVING: Base = { type: "arriving" };

function OutputPane({ run, step, label }: { run: RunSummary; step: StepSummary; label: string }) {
  const past = useRuns((state) => state.past);
  const names = useOutputNames(step);
  const outputs = step.outputs.map(({ port, items }) => ({
    name: names.get(port) || (step.outputs.length > 1 ? port : "Output"),
    total: items,
    source: { runId: run.id, step: step.step, kind: "output", port } as const,
  }));
  const empty = step.duration_ms === null ? "Nothing yet." : "Nothing was put out.";
  return (
    <Pane title="Output" ports={outputs} base={{ type: "node", label }} empty={empty}>
      {!past && <PinActions run={run} step={step} label={label} />}
    </Pane>
  );
}

/** What the manifest calls the node's outputs. */
function useOutputNames({ node_id }: StepSummary): ReadonlyMap<string, string> {
  const data = useEditor((state) => state.graph.nodes.get(node_id)?.data);
  const manifest = useCatalog((state) => data && state.actions.get(`${data.connector_id}.${data.action_id}`));
  return new Map(manifest?.outputs.map(({ id, name }) => [id, name]));
}

function PinActions({ run, step, label }: { run: RunSummary; step: StepSummary; label: string }) {
  const pin = usePins((state) => state.pins.get(step.node_id));
  const exists = useEditor((state) => state.graph.nodes.has(step.node_id));
  const [editing, setEditing] = useState(false);
  if (!exists) return null;
  return (
    <>
      {pin ? (
        <>
          <span className={classes.pinned}>Pinned</span>
          <IconAction label="Edit the pinned output" size={22} onClick={() => setEditing(true)}>
            <IconPencil size={14} />
          </IconAction>
          <IconAction label="Unpin the output" size={22} onClick={() => void unpin(step.node_id)}>
            <IconPinnedOff size={14} />
          </IconAction>
        </>
      ) : (
        <>
          <IconAction
            label="Pin the output: test runs use it instead of executing the node"
            size={22}
            disabled={pinnable(step) === undefined}
            onClick={() => void pinStepOutput(run, step)}
          >
            <IconPin size={14} />
          </IconAction>
          <IconAction label="Write an output to pin" size={22} onClick={() => setEditing(true)}>
            <IconPencil size={14} />
          </IconAction>
        </>
      )}
      {editing && (
        <PinDialog nodeId={step.node_id} label={label} items={pin?.items ?? []} onClose={() => setEditing(false)} />
      )}
    </>
  );
}

interface PaneProps {
  title: string;
  ports: readonly { name: string; total: number; source: ItemSource }[];
  base: Base;
  empty: string;
  children?: ReactNode;
}

function Pane({ title, ports, base, empty, children }: PaneProps) {
  const [chosen, setChosen] = useState("0");
  const port = ports[Number(chosen)] ?? ports[0];
  // Every row here is one row of data less.
  const inOneRow = ports.length === 1 && port !== undefined && port.total > 0;
  return (
    <section className={classes.pane} aria-label={title}>
      {!inOneRow && (
        <header className={classes.paneHead}>
          <span className={classes.paneTitle}>{title}</span>
          {ports.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label={`${title} port`}
              value={chosen}
              onChange={setChosen}
              data={ports.map(({ name, total }, index) => ({
                value: String(index),
                label: `${displayText(name, 30)} · ${total.toLocaleString("en")}`,
              }))}
            />
          )}
          <span className={classes.grow} />
          {children}
        </header>
      )}
      {port && port.total > 0 ? (
        <ItemsView
          key={`${sourceKey(port.source)}/${port.total}`}
          source={port.source}
          total={port.total}
          base={base}
          {...(inOneRow && { lead: <PaneTitle title={title} total={port.total} />, actions: children })}
        />
      ) : (
        <Text size="sm" c="dimmed" className={classes.empty}>
          {empty}
        </Text>
      )}
    </section>
  );
}

function PaneTitle({ title, total }: { title: string; total: number }) {
  return (
    <span className={classes.paneLead}>
      <span className={classes.paneTitle}>{title}</span>
      <span className={classes.count}>{counted(total, "item")}</span>
    </span>
  );
}
