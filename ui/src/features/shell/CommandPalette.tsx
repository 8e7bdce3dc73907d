/** Everything that can be done now, found by typing. */
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from "@mantine/spotlight";
import { IconChevronRight, IconSchema, IconSearch } from "@tabler/icons-react";
import { useMemo } from "react";
import { ConnectorIcon } from "../../components/ConnectorIcon";
import { displayText } from "../../components/displayText";
import { Keys } from "../../components/Keys";
import { useCatalog } from "../../state/catalog";
import { type UiCommand, useCommands } from "../../state/commands";
import { useNavigation } from "../../state/navigation";
import { addNodeBesideSelection } from "../../state/nodeOperations";
import { useWorkflows } from "../../state/workflows";
import classes from "./CommandPalette.module.css";

/** Opens the palette. */
export const openCommandPalette = (): void => spotlight.open();

/** The palette; shown by {@link openCommandPalette}. */
export function CommandPalette() {
  const actions = useActions();
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      limit={60}
      maxHeight={420}
      scrollable
      highlightQuery
      size={600}
      yOffset={96}
      overlayProps={{ blur: 0, backgroundOpacity: 0.3 }}
      transitionProps={{ duration: 80 }}
      classNames={{ content: classes.content, actionsGroup: classes.group, action: classes.action }}
      nothingFound="Nothing fits."
      searchProps={{ placeholder: "Search commands, nodes and workflows", leftSection: <IconSearch size={17} /> }}
    />
  );
}

function useActions(): SpotlightActionGroupData[] {
  const commands = useCommands((state) => state.commands);
  const connectors = useCatalog((state) => state.connectors);
  const workflows = useWorkflows((state) => state.workflows);
  const inEditor = useNavigation((state) => state.place.name === "editor");
  return useMemo(() => {
    const groups = new Map<string, SpotlightActionData[]>();
    for (const command of commands.values()) {
      if (command.keysOnly) continue;
      groups.set(command.group, [...(groups.get(command.group) ?? []), commandAction(command)]);
    }
    const nodes = !inEditor
      ? []
      : connectors.flatMap((connector) =>
          connector.actions.map(
            (action): SpotlightActionData => ({
              id: `node.${connector.id}.${action.id}`,
              label: `Add ${connector.name}: ${action.name}`,
              keywords: [...connector.synonyms, ...action.synonyms].join(" "),
              leftSection: <ConnectorIcon connectorId={connector.id} size={16} />,
              onClick: () => addNodeBesideSelection(connector, action),
            }),
          ),
        );
    const open = workflows.slice(0, 500).map(
      (workflow): SpotlightActionData => ({
        id: `open.${workflow.id}`,
        label: displayText(workflow.name, 120),
        leftSection: <IconSchema size={16} />,
        onClick: () => useNavigation.getState().goToWorkflow(workflow.id),
      }),
    );
    return [
      ...[...groups].map(([group, actions]) => ({ group, actions })),
      { group: "Workflows", actions: open },
      { group: "Add a node", actions: nodes },
    ].filter(({ actions }) => actions.length > 0);
  }, [commands, connectors, workflows, inEditor]);
}

function commandAction(command: UiCommand): SpotlightActionData {
  const [keys] = command.keys ?? [];
  return {
    id: command.id,
    label: command.label,
    leftSection: <IconChevronRight size={16} />,
    rightSection: keys ? <Keys keys={keys} /> : null,
    // The palette gives the focus back when it has closed; what a command opens may want it afterwards.
    onClick: () => requestAnimationFrame(() => void command.run()),
  };
}
