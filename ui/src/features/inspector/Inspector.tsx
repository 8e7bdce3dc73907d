/** The form of the node it is open for, over the canvas' right edge. */
import { Badge, CloseButton, Menu, Tabs, Text, TextInput } from "@mantine/core";
import { IconAlertTriangleFilled, IconCopy, IconDotsVertical, IconPower, IconTrash } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { Node } from "../../bindings/Node";
import { ConnectorIcon } from "../../components/ConnectorIcon";
import { displayText } from "../../components/displayText";
import { IconAction } from "../../components/IconAction";
import { Prose } from "../../components/Prose";
import { RunItems } from "../../components/RunItems";
import { missingParameters, parametersOf } from "../../graph/parameters";
import { ownSettings, settingsOf } from "../../graph/settings";
import { useCanvasView } from "../../state/canvasView";
import { useCatalog } from "../../state/catalog";
import { useCredentialKind, useCredentialProblem } from "../../state/credentials";
import { useEditor } from "../../state/editor";
import { deleteSelection, duplicateSelection } from "../../state/nodeOperations";
import { toggleDisabled, useSelectionDisabled } from "../../state/nodeSettings";
import { useSelection } from "../../state/selection";
import { CredentialField } from "./CredentialField";
import classes from "./Inspector.module.css";
import { KeptConfig } from "./KeptConfig";
import { NodeSettingsForm } from "./NodeSettingsForm";
import { ParameterField } from "./ParameterField";
import { TriggerField } from "./TriggerField";
import { useField } from "./useField";

const KINDS = { trigger: "Trigger", action: "Action", condition: "Condition" };

/** The open inspector, if any. */
export function Inspector() {
  const inspected = useSelection((state) => state.inspected);
  const node = useEditor((state) => (inspected === null ? undefined : state.graph.nodes.get(inspected)));
  const preview = useEditor((state) => state.preview !== null);
  return node && !preview ? <Form key={node.id} node={node} /> : null;
}

function Form({ node }: { node: Node }) {
  const { connector_id, action_id, config } = node.data;
  const connector = useCatalog((state) => state.byId.get(connector_id));
  const manifest = useCatalog((state) => state.actions.get(`${connector_id}.${action_id}`));
  const close = () => {
    useSelection.getState().inspect(null);
    useCanvasView.getState().view?.focus();
  };
  const body = useRef<HTMLDivElement>(null);
  const [tab, setTab] = useTab();
  useFocusOnOpen(body);
  const parameters = manifest ? parametersOf(manifest) : [];
  const missing = manifest ? missingParameters(manifest, config) : [];
  const credentialKind = useCredentialKind(node.data);
  const credentialProblem = useCredentialProblem(node.data);
  const own = ownSettings(settingsOf(node.data)).filter((name) => name !== "credential_id").length;

  return (
    <aside
      className={classes.inspector}
      aria-label="Node settings"
      data-covers-canvas
      ref={body}
      onKeyDown={(event) => {
        // An open list of choices takes the key for itself.
        const listOpen = event.target instanceof Element && event.target.getAttribute("aria-expanded") === "true";
        if (event.key !== "Escape" || listOpen) return;
        event.stopPropagation();
        close();
      }}
    >
      <header className={classes.header} data-kind={node.type}>
        <span className={classes.tile}>
          <ConnectorIcon connectorId={connector_id} />
        </span>
        <Label node={node} />
        <NodeMenu nodeId={node.id} />
        <CloseButton aria-label="Close" size="sm" onClick={close} />
      </header>
      <div className={classes.body}>
        <div className={classes.about}>
          <Badge size="sm" variant="light" radius="sm" className={classes.badge} data-kind={node.type}>
            {KINDS[node.type]}
          </Badge>
          <Text size="xs" c="dimmed">
            {manifest ? (connector?.name ?? connector_id) : `Not supported · ${displayText(action_id)}`}
            {manifest && manifest.name !== connector?.name ? ` · ${manifest.name}` : ""}
          </Text>
        </div>
        <Text size="xs" c="dimmed" className={classes.description}>
          <Prose
            text={
              manifest?.description ??
              "This version of Bridge has no such node. It is kept as it is, but cannot run: replace it, or disable it."
            }
          />
        </Text>
        {missing.length > 0 && <Missing text={`Needs ${missing.map((parameter) => parameter.title).join(", ")}`} />}
        {credentialProblem !== null && <Missing text={credentialProblem} />}
        <Tabs value={tab} onChange={(value) => setTab(value ?? "parameters")} className={classes.tabs}>
          <Tabs.List>
            <Tabs.Tab value="parameters">Parameters</Tabs.Tab>
            <Tabs.Tab value="settings" rightSection={own > 0 && <OwnSettings count={own} />}>
              Settings
            </Tabs.Tab>
          </Tabs.List>
        </Tabs>
        {tab === "settings" && <NodeSettingsForm node={node} />}
        <div className={classes.fields} data-role="fields" hidden={tab === "settings"}>
          {node.type === "trigger" && <TriggerField nodeId={node.id} />}
          {credentialKind !== null && <CredentialField node={node} kind={credentialKind} />}
          {parameters.map((parameter) => (
            <ParameterField
              key={parameter.name}
              nodeId={node.id}
              parameter={parameter}
              stored={config[parameter.name]}
            />
          ))}
          {!manifest && <KeptConfig node={node} />}
          {manifest && parameters.length === 0 && (
            <Text size="xs" c="dimmed">
              There is nothing to set.
            </Text>
          )}
        </div>
      </div>
    </aside>
  );
}

function Missing({ text }: { text: string }) {
  return (
    <div className={classes.missing} role="status">
      <IconAlertTriangleFilled size={14} />
      <span>{text}</span>
    </div>
  );
}

/** How many settings differ from the defaults: what is on the other page is not forgotten. */
function OwnSettings({ count }: { count: number }) {
  const text = count === 1 ? "1 differs from the default" : `${count} differ from the defaults`;
  return (
    <span className={classes.own} role="img" aria-label={text} title={text}>
      {count}
    </span>
  );
}

/** Which page is shown: the one with what the inspector was opened for. */
function useTab() {
  const request = useSelection((state) => state.inspectorRequest);
  const parameter = useSelection((state) => state.inspectedParameter);
  const wanted =
    parameter?.startsWith("settings.") && parameter !== "settings.credential_id" ? "settings" : "parameters";
  const [tab, setTab] = useState(wanted);
  const [seen, setSeen] = useState(request);
  if (request !== seen) {
    setSeen(request);
    if (parameter !== null) setTab(wanted);
  }
  return [tab, setTab] as const;
}

/** The node's name, edited in place. */
function Label({ node }: { node: Node }) {
  const field = useField(node.id, "label", node.data.label, true);
  return (
    <TextInput
      className={classes.label}
      variant="unstyled"
      aria-label="Name of the node"
      data-role="label"
      value={String(field.value ?? "")}
      error={field.problems[0]?.message}
      onChange={(event) => field.write(event.currentTarget.value)}
      onBlur={field.commit}
      onKeyDown={(event) => event.key === "Enter" && useCanvasView.getState().view?.focus()}
      spellCheck={false}
    />
  );
}

function NodeMenu({ nodeId }: { nodeId: string }) {
  const disabled = useSelectionDisabled();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <IconAction label="More" size={24}>
          <IconDotsVertical size={16} />
        </IconAction>
      </Menu.Target>
      <Menu.Dropdown>
        <RunItems nodeId={nodeId} />
        <Menu.Divider />
        <Menu.Item leftSection={<IconCopy size={14} />} onClick={duplicateSelection}>
          Duplicate
        </Menu.Item>
        <Menu.Item leftSection={<IconPower size={14} />} onClick={toggleDisabled}>
          {disabled ? "Switch on" : "Switch off"}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={14} />} color="red" onClick={deleteSelection}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Puts the cursor where the one who opened the form asked for. */
function useFocusOnOpen(body: React.RefObject<HTMLElement | null>): void {
  const focus = useSelection((state) => state.inspectorFocus);
  const request = useSelection((state) => state.inspectorRequest);
  const parameter = useSelection((state) => state.inspectedParameter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asking again for the same node moves the cursor again
  useEffect(() => {
    if (parameter !== null) {
      const found = body.current?.querySelector(`[data-parameter="${CSS.escape(parameter)}"]`);
      found?.scrollIntoView({ block: "center" });
      found?.querySelector<HTMLElement>("input, textarea, .cm-content, button:not([aria-pressed])")?.focus();
      return;
    }
    if (focus === "none") return;
    const selector = focus === "label" ? "[data-role=label]" : "[data-role=fields] :is(input, textarea, .cm-content)";
    const field = body.current?.querySelector<HTMLInputElement>(selector);
    field?.focus();
    if (focus === "label") field?.select();
  }, [focus, request, parameter]);
}
