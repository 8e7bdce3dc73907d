/** What can be done in the editor besides the canvas, for the keyboard and the command palette. */
import { useMemo } from "react";
import { type UiCommand, useOfferedCommands } from "../../state/commands";
import { useEditor } from "../../state/editor";
import { useGrants } from "../../state/grants";
import { useNavigation } from "../../state/navigation";
import { usePanels } from "../../state/panels";
import { useWorkflows } from "../../state/workflows";

/** Offers the editor's commands while it is on screen. */
export function useEditorCommands(): void {
  const commands = useMemo<UiCommand[]>(() => [...panelCommands(), ...workflowCommands()], []);
  useOfferedCommands(commands);
}

function panelCommands(): UiCommand[] {
  const group = "Panels";
  const panels = () => usePanels.getState();
  return [
    {
      id: "panel.assistant",
      label: "Show or hide the assistant",
      group,
      keys: ["mod+J"],
      inFields: true,
      run: () => panels().setAssistantOpen(!panels().assistantOpen),
    },
    {
      id: "panel.palette",
      label: "Show or hide the palette",
      group,
      keys: ["mod+B"],
      inFields: true,
      run: () => panels().setPaletteOpen(!panels().paletteOpen),
    },
    {
      id: "panel.versions",
      label: "Show or hide the versions",
      group,
      keys: ["mod+H"],
      inFields: true,
      run: () => {
        useEditor.getState().setPreview(null);
        panels().setVersionsOpen(!panels().versionsOpen);
      },
    },
  ];
}

function workflowCommands(): UiCommand[] {
  const group = "Workflow";
  const current = () => useEditor.getState().workflow;
  const { goHome, goToWorkflow } = useNavigation.getState();
  return [
    { id: "workflow.back", label: "Back to workflows", group, run: goHome },
    {
      id: "workflow.reach",
      label: "What this workflow may reach",
      group,
      run: () => {
        const workflow = current();
        if (workflow) useGrants.getState().open(workflow.id);
      },
    },
    {
      id: "workflow.duplicate",
      label: "Duplicate this workflow",
      group,
      run: async () => {
        const workflow = current();
        const copy = workflow && (await useWorkflows.getState().duplicate(workflow.id));
        if (copy) goToWorkflow(copy.id);
      },
    },
    {
      id: "workflow.delete",
      label: "Delete this workflow",
      group,
      run: () => {
        const workflow = current();
        if (!workflow) return;
        goHome();
        void useWorkflows.getState().remove(workflow.id);
      },
    },
  ];
}
