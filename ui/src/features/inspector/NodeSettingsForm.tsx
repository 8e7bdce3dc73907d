/** How a node is run: what a failure does, trying again, limits, and what the user wrote beside it. */
import { Select, Switch, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useId } from "react";
import type { Join } from "../../bindings/Join";
import type { Node } from "../../bindings/Node";
import type { NodeSettings } from "../../bindings/NodeSettings";
import type { OnError } from "../../bindings/OnError";
import { displayText } from "../../components/displayText";
import { FIRST_RETRY, settingsOf, type TypedSetting } from "../../graph/settings";
import { useEditor } from "../../state/editor";
import { changeSettings, errorEdges } from "../../state/nodeSettings";
import classes from "./Inspector.module.css";
import { useSettingField } from "./useField";

const ON_ERROR: { value: OnError; label: string }[] = [
  { value: "stop", label: "End the run" },
  { value: "continue", label: "Go on" },
  { value: "error_output", label: "Go on by the error output" },
];

const ON_ERROR_HELP: Record<OnError, string> = {
  stop: "The run ends with the error.",
  continue: "An item with the field “error” goes on by the first output.",
  error_output: "An item with the field “error” goes on by an output of its own.",
};

const JOIN: { value: Join; label: string }[] = [
  { value: "active", label: "When every branch that still can has brought items" },
  { value: "all", label: "When every branch has brought items" },
  { value: "any", label: "When any branch brings items" },
  { value: "first", label: "With the branch that is first" },
];

const JOIN_HELP: Record<Join, string> = {
  active: "Branches that bring nothing are not waited for.",
  all: "A branch that can bring nothing is an error.",
  any: "What arrives later is dropped, and the run says so.",
  first: "What the other branches bring is dropped.",
};

/** The form. A change is stored at once, as one step to undo. */
export function NodeSettingsForm({ node }: { node: Node }) {
  const settings = settingsOf(node.data);
  const change = (changed: Partial<NodeSettings>) => void changeSettings(node.id, changed);
  const isTrigger = node.type === "trigger";
  return (
    <div className={classes.fields} data-role="settings">
      <Yes
        name="disabled"
        title="Switched off"
        help={isTrigger ? "It starts nothing." : "Passed over: what arrives leaves by the first output unchanged."}
        on={settings.disabled}
        onChange={(disabled) => change({ disabled })}
      />
      {!isTrigger && (
        <>
          <OnErrorField node={node} settings={settings} change={change} />
          <RetryField node={node} settings={settings} change={change} />
          <TimeLimit node={node} settings={settings} />
          <Yes
            name="execute_once"
            title="First item only"
            help="Works on the first item that arrives and leaves the others out."
            on={settings.execute_once}
            onChange={(execute_once) => change({ execute_once })}
          />
          <Yes
            name="always_output"
            title="Always put out an item"
            help="Puts out one empty item where it would put out none, so that what follows runs."
            on={settings.always_output}
            onChange={(always_output) => change({ always_output })}
          />
          <JoinField node={node} settings={settings} change={change} />
        </>
      )}
      <Notes node={node} settings={settings} />
    </div>
  );
}

interface FieldProps {
  node: Node;
  settings: NodeSettings;
  change(changed: Partial<NodeSettings>): void;
}

interface FrameProps {
  name: keyof NodeSettings;
  title: string;
  help?: ReactNode;
  htmlFor?: string;
  problem?: string | undefined;
  children: ReactNode;
}

/** Title, control, what is wrong, help: as a parameter has them. */
function Frame({ name, title, help, htmlFor, problem, children }: FrameProps) {
  return (
    <div className={classes.field} data-parameter={`settings.${name}`}>
      <div className={classes.fieldHead}>
        <label className={classes.fieldTitle} htmlFor={htmlFor}>
          {title}
        </label>
      </div>
      {children}
      {problem !== undefined && (
        <div className={classes.problem} role="alert">
          {problem}
        </div>
      )}
      {help !== undefined && <div className={classes.help}>{help}</div>}
    </div>
  );
}

interface YesProps {
  name: keyof NodeSettings;
  title: string;
  help: string;
  on: boolean;
  onChange(on: boolean): void;
}

function Yes({ name, title, help, on, onChange }: YesProps) {
  const id = useId();
  return (
    <Frame name={name} title={title} help={help} htmlFor={id}>
      <Switch
        id={id}
        size="sm"
        checked={on}
        label={on ? "Yes" : "No"}
        aria-label={title}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </Frame>
  );
}

function OnErrorField({ node, settings, change }: FieldProps) {
  const id = useId();
  const graph = useEditor((state) => state.graph);
  const edges = settings.on_error === "error_output" ? errorEdges(graph, node.id) : [];
  const targets = edges.map(({ target }) => `“${displayText(graph.nodes.get(target)?.data.label ?? target, 60)}”`);
  const help =
    targets.length === 0
      ? ON_ERROR_HELP[settings.on_error]
      : `${ON_ERROR_HELP[settings.on_error]} Without it, the connection to ${targets.join(", ")} goes too.`;
  return (
    <Frame name="on_error" title="On error" help={help} htmlFor={id}>
      <Select
        id={id}
        size="xs"
        aria-label="On error"
        allowDeselect={false}
        data={ON_ERROR}
        value={settings.on_error}
        comboboxProps={{ shadow: "md", transitionProps: { duration: 80 } }}
        onChange={(value) => value && change({ on_error: value as OnError })}
      />
    </Frame>
  );
}

function RetryField({ node, settings, change }: FieldProps) {
  const id = useId();
  const { retry } = settings;
  return (
    <Frame
      name="retry"
      title="Try again"
      htmlFor={id}
      help="After a failure that may pass, such as a busy service. The wait doubles with each further try."
    >
      <Switch
        id={id}
        size="sm"
        checked={retry !== null}
        label={retry ? "Yes" : "No"}
        aria-label="Try again"
        onChange={(event) => change({ retry: event.currentTarget.checked ? { ...FIRST_RETRY } : null })}
      />
      {retry && (
        <div className={classes.numbers}>
          <NumberField
            node={node}
            settings={settings}
            name="retry.max_tries"
            title="Tries in all"
            stored={retry.max_tries}
          />
          <NumberField
            node={node}
            settings={settings}
            name="retry.wait_ms"
            title="First wait, in ms"
            stored={retry.wait_ms}
          />
        </div>
      )}
    </Frame>
  );
}

interface NumberProps {
  node: Node;
  settings: NodeSettings;
  name: Exclude<TypedSetting, "notes">;
  title: string;
  stored: number;
}

function NumberField({ node, settings, name, title, stored }: NumberProps) {
  const field = useSettingField(node.id, name, settings, stored);
  return (
    <TextInput
      size="xs"
      label={title}
      inputMode="numeric"
      value={String(field.value ?? "")}
      error={field.problems[0]?.message}
      onChange={(event) => field.write(numberOf(event.currentTarget.value))}
      onBlur={field.commit}
      onKeyDown={(event) => event.key === "Enter" && field.commit()}
    />
  );
}

function TimeLimit({ node, settings }: Omit<FieldProps, "change">) {
  const id = useId();
  const stored = settings.timeout_seconds ?? undefined;
  const field = useSettingField(node.id, "timeout_seconds", settings, stored);
  return (
    <Frame
      name="timeout_seconds"
      title="Time limit"
      htmlFor={id}
      help="Seconds after which one try is ended. Empty: the run's own limit."
      problem={field.problems[0]?.message}
    >
      <TextInput
        id={id}
        size="xs"
        inputMode="numeric"
        placeholder="None of its own"
        value={String(field.value ?? "")}
        error={field.problems.length > 0}
        onChange={(event) => field.write(numberOf(event.currentTarget.value))}
        onBlur={field.commit}
        onKeyDown={(event) => event.key === "Enter" && field.commit()}
      />
    </Frame>
  );
}

/** Shown where it means something: with several connections in, or when it was set. */
function JoinField({ node, settings, change }: FieldProps) {
  const id = useId();
  const several = useEditor(({ graph }) => {
    let incoming = 0;
    for (const { target } of graph.edges.values()) if (target === node.id) incoming += 1;
    return incoming > 1;
  });
  if (!several && settings.join === "active") return null;
  return (
    <Frame name="join" title="Starts" help={JOIN_HELP[settings.join]} htmlFor={id}>
      <Select
        id={id}
        size="xs"
        aria-label="Starts"
        allowDeselect={false}
        data={JOIN}
        value={settings.join}
        comboboxProps={{ shadow: "md", transitionProps: { duration: 80 } }}
        onChange={(value) => value && change({ join: value as Join })}
      />
    </Frame>
  );
}

function Notes({ node, settings }: Omit<FieldProps, "change">) {
  const id = useId();
  const field = useSettingField(node.id, "notes", settings, settings.notes);
  return (
    <Frame
      name="notes"
      title="Notes"
      htmlFor={id}
      help="For people. No run reads them."
      problem={field.problems[0]?.message}
    >
      <Textarea
        id={id}
        size="xs"
        autosize
        minRows={3}
        maxRows={12}
        value={String(field.value ?? "")}
        error={field.problems.length > 0}
        onChange={(event) => field.write(event.currentTarget.value)}
        onBlur={field.commit}
      />
    </Frame>
  );
}

/** What was typed as a number; as it was typed when it is none, and nothing when it is empty. */
function numberOf(text: string): unknown {
  const trimmed = text.trim().replace(/(?<=\d)[,\s](?=\d{3}\b)/g, "");
  if (trimmed === "") return undefined;
  return /^-?\d+$/.test(trimmed) ? Number(trimmed) : text;
}
