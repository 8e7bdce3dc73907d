/** What can be done about running, for the keyboard and the command palette. */
import { useMemo } from "react";
import { type UiCommand, useOfferedCommands } from "../../state/commands";
import { usePanels } from "../../state/panels";
import { runAll, runFrom, runTo } from "../../state/runCommands";
import { useRuns } from "../../state/runs";
import { hasEnded } from "../../state/runView";
import { useSelection } from "../../state/selection";

/** Parts of the editor in the order F6 goes through them. */
const PARTS = ["[aria-label='Canvas']", "[aria-label='Node settings']", "#run-panel", "#assistant-composer"];

/** Offers the commands while the editor is on screen. */
export function useRunCommands(): void {
  useOfferedCommands(useMemo<UiCommand[]>(() => [...runs(), ...parts()], []));
}

function runs(): UiCommand[] {
  const group = "Run";
  return [
    {
      id: "run.start",
      label: "Run the workflow",
      group,
      keys: ["mod+Enter"],
      inFields: true,
      run: () => void runAll(),
    },
    { id: "run.cancel", label: "Cancel the run", group, keys: ["mod+."], inFields: true, run: cancel },
    { id: "run.to", label: "Run to the selected node", group, run: () => withSelected(runTo) },
    { id: "run.from", label: "Run from the selected node", group, run: () => withSelected(runFrom) },
    { id: "run.clear", label: "Take the run off the canvas", group, run: () => useRuns.getState().clear() },
  ];
}

function parts(): UiCommand[] {
  const group = "Panels";
  return [
    {
      id: "panel.run",
      label: "Show or hide the run panel",
      group,
      keys: ["mod+L"],
      inFields: true,
      run: () => {
        const { runPanelOpen, setRunPanelOpen } = usePanels.getState();
        setRunPanelOpen(runPanelOpen !== true);
      },
    },
    {
      id: "panel.next",
      label: "To the next part of the window",
      group,
      keys: ["F6"],
      inFields: true,
      run: () => go(1),
    },
    {
      id: "panel.previous",
      label: "To the previous part of the window",
      group,
      keys: ["Shift+F6"],
      inFields: true,
      run: () => go(-1),
    },
  ];
}

/** False when nothing runs: the key keeps its usual meaning. */
function cancel(): boolean {
  const { view, cancel: stop } = useRuns.getState();
  if (view.run === null || hasEnded(view.run)) return false;
  void stop();
  return true;
}

function withSelected(run: (node: string) => Promise<void>): void {
  const [only, ...others] = useSelection.getState().nodes;
  if (only !== undefined && others.length === 0) void run(only);
}

/** Moves the focus to the next part that is there. */
function go(by: 1 | -1): void {
  const there = PARTS.map((part) => document.querySelector<HTMLElement>(part)).filter((part) => part !== null);
  const at = there.findIndex((part) => part.contains(document.activeElement) || part === document.activeElement);
  const next = there[(at + by + there.length) % there.length];
  const inside = next?.matches("#run-panel") ? next.querySelector<HTMLElement>("[data-step-selected]") : null;
  const field = next?.matches("aside") ? next.querySelector<HTMLElement>("input, textarea, button") : null;
  (inside ?? field ?? next)?.focus();
}
