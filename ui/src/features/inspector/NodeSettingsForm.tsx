/** How a node is run: what a failure does, trying again, limits, and what the user wrote beside it. */
import type { Node } from "../../bindings/Node";
import type { NodeSettings } from "../../bindings/NodeSettings";
import { displayText } from "../../components/displayText";
import { FIRST_RETRY, settingsOf } from "../../graph/settings";
import { JOIN, ON_ERROR } from "../../graph/settingTexts";
import { useEditor } from "../../state/editor";
import { changeSettings, errorEdges } from "../../state/nodeSettings";
import classes from "./Inspector.module.css";
import { ChoiceSetting, NotesSetting, NumberSetting, PartNumber, SwitchSetting } from "./settingFields";

interface FieldProps {
  node: Node;
  settings: NodeSettings;
  change(changed: Partial<NodeSettings>): void;
}

/** The form. A change is stored at once, as one step to undo. */
export function NodeSettingsForm({ node }: { node: Node }) {
  const settings = settingsOf(node.data);
  const change = (changed: Partial<NodeSettings>) => void changeSettings(node.id, changed);
  const isTrigger = node.type === "trigger";
  return (
    <div className={classes.fields} data-role="settings">
      <SwitchSetting
        name="disabled"
        help={isTrigger ? "It starts nothing." : "Passed over: what arrives leaves by the first output unchanged."}
        on={settings.disabled}
        onChange={(disabled) => change({ disabled })}
      />
      {!isTrigger && <ActionSettings node={node} settings={settings} change={change} />}
      <NotesSetting node={node} settings={settings} help="For people. No run reads them." />
    </div>
  );
}

/** What a trigger has not: it works on no items. */
function ActionSettings({ node, settings, change }: FieldProps) {
  return (
    <>
      <OnError node={node} settings={settings} change={change} />
      <Retry node={node} settings={settings} change={change} />
      <NumberSetting
        node={node}
        settings={settings}
        name="timeout_seconds"
        none="None of its own"
        help="Seconds after which one try is ended. Empty: the run's own limit."
      />
      <SwitchSetting
        name="execute_once"
        help="Works on the first item that arrives and leaves the others out."
        on={settings.execute_once}
        onChange={(execute_once) => change({ execute_once })}
      />
      <SwitchSetting
        name="always_output"
        help="Puts out one empty item where it would put out none, so that what follows runs."
        on={settings.always_output}
        onChange={(always_output) => change({ always_output })}
      />
      <JoinOfBranches node={node} settings={settings} change={change} />
    </>
  );
}

function OnError({ node, settings, change }: FieldProps) {
  const graph = useEditor((state) => state.graph);
  const edges = settings.on_error === "error_output" ? errorEdges(graph, node.id) : [];
  const targets = edges.map(({ target }) => `“${displayText(graph.nodes.get(target)?.data.label ?? target, 60)}”`);
  const more = targets.length === 0 ? "" : `Without it, the connection to ${targets.join(", ")} goes too.`;
  return (
    <ChoiceSetting
      name="on_error"
      choices={ON_ERROR}
      value={settings.on_error}
      more={more}
      onChange={(on_error) => change({ on_error })}
    />
  );
}

function Retry({ node, settings, change }: FieldProps) {
  const { retry } = settings;
  const part = { node, settings };
  return (
    <SwitchSetting
      name="retry"
      help="After a failure that may pass, such as a busy service. The wait doubles with each further try."
      on={retry !== null}
      onChange={(on) => change({ retry: on ? { ...FIRST_RETRY } : null })}
    >
      {retry && (
        <div className={classes.numbers}>
          <PartNumber {...part} name="retry.max_tries" title="Tries in all" stored={retry.max_tries} />
          <PartNumber {...part} name="retry.wait_ms" title="First wait, in ms" stored={retry.wait_ms} />
        </div>
      )}
    </SwitchSetting>
  );
}

/** Shown where it means something: with several connections in, or when it was set. */
function JoinOfBranches({ node, settings, change }: FieldProps) {
  const several = useEditor(({ graph }) => {
    let incoming = 0;
    for (const { target } of graph.edges.values()) if (target === node.id) incoming += 1;
    return incoming > 1;
  });
  if (!several && settings.join === "active") return null;
  return <ChoiceSetting name="join" choices={JOIN} value={settings.join} onChange={(join) => change({ join })} />;
}
