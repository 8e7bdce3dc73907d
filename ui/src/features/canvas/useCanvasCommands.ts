/** What can be done on the canvas, for the keyboard and the command palette. */
import { useReactFlow } from "@xyflow/react";
import { useEffect, useMemo } from "react";
import type { NodeId } from "../../bindings/NodeId";
import type { Position } from "../../bindings/Position";
import { useCanvasView } from "../../state/canvasView";
import { type UiCommand, useOfferedCommands } from "../../state/commands";
import { useEditor } from "../../state/editor";
import { deleteSelection, duplicateSelection, moveNodes, tidy } from "../../state/nodeOperations";
import { toggleDisabled } from "../../state/nodeSettings";
import { useSelection } from "../../state/selection";

/** How far an arrow key moves, in canvas units; with Shift, the larger one. */
const STEP = { small: 10, large: 100 };
/** Moves by keyboard within this time are one step to undo, in milliseconds. */
const GATHER_MS = 350;

const ARROWS: Record<string, Position> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

/** Offers the canvas' commands while it is on screen. */
export function useCanvasCommands(): void {
  const flow = useReactFlow();
  const nudge = useNudge();
  const commands = useMemo<UiCommand[]>(
    () => [
      ...editCommands(),
      ...selectionCommands(),
      ...viewCommands(flow),
      ...Object.entries(ARROWS).flatMap(([key, way]) => [
        moveCommand(key, "Move the selection", "", () => nudge(way, STEP.small)),
        moveCommand(key, "Move the selection far", "Shift+", () => nudge(way, STEP.large)),
      ]),
    ],
    [flow, nudge],
  );
  useOfferedCommands(commands);
}

/** Moving with an arrow key. The list of shortcuts names one of the four for all of them. */
function moveCommand(key: string, label: string, modifier: string, run: () => void): UiCommand {
  return {
    id: `canvas.move.${modifier}${key}`,
    label,
    group: "Selection",
    keys: [`${modifier}${key}`],
    keysOnly: true,
    yields: true,
    help: key === "ArrowUp" ? `${modifier}Arrows` : null,
    run,
  };
}

function editCommands(): UiCommand[] {
  const group = "Edit";
  const on = { yields: true };
  return [
    { id: "edit.undo", label: "Undo", group, keys: ["mod+Z"], run: () => void useEditor.getState().undo() },
    {
      id: "edit.redo",
      label: "Redo",
      group,
      keys: ["mod+Shift+Z", "mod+Y"],
      run: () => void useEditor.getState().redo(),
    },
    { id: "edit.add", label: "Add a node", group, keys: ["/", "a"], run: openQuickAdd },
    { id: "edit.disable", label: "Switch the selected nodes off or on", group, keys: ["d"], run: toggleDisabled },
    { id: "edit.duplicate", label: "Duplicate selection", group, keys: ["mod+D"], run: duplicateSelection },
    { ...on, id: "edit.delete", label: "Delete selection", group, keys: ["Delete", "Backspace"], run: deleteSelection },
    { id: "edit.tidy", label: "Tidy up the layout", group, keys: ["Shift+T"], run: tidy },
  ];
}

function selectionCommands(): UiCommand[] {
  const group = "Selection";
  const on = { yields: true };
  return [
    { id: "select.all", label: "Select all", group, keys: ["mod+A"], run: selectAll },
    { ...on, id: "select.next", label: "Next node", group, keys: ["Tab"], keysOnly: true, run: () => cycle(1) },
    {
      ...on,
      id: "select.previous",
      label: "Previous node",
      group,
      keys: ["Shift+Tab"],
      keysOnly: true,
      run: () => cycle(-1),
    },
    {
      ...on,
      id: "select.open",
      label: "Open the selected node",
      group,
      keys: ["Enter"],
      run: () => inspectSelected("form"),
    },
    {
      ...on,
      id: "select.rename",
      label: "Rename the selected node",
      group,
      keys: ["F2"],
      run: () => inspectSelected("label"),
    },
    { id: "select.none", label: "Clear the selection", group, keys: ["Escape"], keysOnly: true, run: stepBack },
  ];
}

function viewCommands(flow: ReturnType<typeof useReactFlow>): UiCommand[] {
  const group = "View";
  return [
    {
      id: "view.fit",
      label: "Fit the workflow",
      group,
      keys: ["1", "Shift+1"],
      run: () => useCanvasView.getState().view?.fit(),
    },
    {
      id: "view.actual",
      label: "Zoom to 100 %",
      group,
      keys: ["0", "mod+0"],
      run: () => void flow.zoomTo(1, { duration: 120 }),
    },
    {
      id: "view.in",
      label: "Zoom in",
      group,
      keys: ["mod++", "mod+=", "+"],
      run: () => void flow.zoomIn({ duration: 120 }),
    },
    { id: "view.out", label: "Zoom out", group, keys: ["mod+-", "-"], run: () => void flow.zoomOut({ duration: 120 }) },
  ];
}

/** Opens the quick-add in the middle of the canvas. */
function openQuickAdd(): void {
  if (useEditor.getState().preview) return;
  const canvas = document.querySelector("[aria-label='Canvas']")?.getBoundingClientRect();
  if (!canvas) return;
  const at = { x: canvas.left + canvas.width / 2 - 150, y: canvas.top + canvas.height / 2 - 170 };
  useCanvasView.getState().setQuickAdd({ at });
}

function selectAll(): void {
  const { graph, preview } = useEditor.getState();
  if (!preview) useSelection.getState().select(graph.nodes.keys(), graph.edges.keys());
}

/** Selects the next node in reading order, from left to right. Past the last one, the key leaves the canvas. */
function cycle(by: 1 | -1): boolean {
  const nodes = [...useEditor.getState().graph.nodes.values()].sort(
    (a, b) => a.position.x - b.position.x || a.position.y - b.position.y,
  );
  const { nodes: selected, inspected, select, inspect } = useSelection.getState();
  const at = nodes.findIndex((node) => selected.has(node.id));
  const next = at < 0 && by < 0 ? nodes.at(-1) : nodes[at + by];
  if (!next || at + by < -1) return false;
  select([next.id]);
  if (inspected) inspect(next.id);
  useCanvasView.getState().view?.reveal([next.id]);
  return true;
}

function inspectSelected(focus: "form" | "label"): void {
  const { nodes, inspect } = useSelection.getState();
  const [only, ...others] = nodes;
  if (only !== undefined && others.length === 0) inspect(only, focus);
}

function stepBack(): void {
  const { quickAdd, setQuickAdd } = useCanvasView.getState();
  const { inspected, inspect, clear } = useSelection.getState();
  if (quickAdd) setQuickAdd(null);
  else if (inspected) inspect(null);
  else clear();
}

/** Moves the selection by keyboard: at once on screen, stored when the keys rest. */
function useNudge() {
  const flow = useReactFlow();
  const mover = useMemo(() => {
    let waiting = new Map<NodeId, Position>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const store = () => {
      clearTimeout(timer);
      if (waiting.size === 0) return;
      const places = waiting;
      waiting = new Map();
      moveNodes(places);
    };
    const nudge = (way: Position, distance: number) => {
      const { graph, preview } = useEditor.getState();
      if (preview) return;
      for (const id of useSelection.getState().nodes) {
        const from = waiting.get(id) ?? graph.nodes.get(id)?.position;
        if (!from) continue;
        const place = { x: from.x + way.x * distance, y: from.y + way.y * distance };
        waiting.set(id, place);
        // By as much, not to the place: a proposal may have it drawn elsewhere.
        flow.updateNode(id, ({ position }) => ({
          position: { x: position.x + way.x * distance, y: position.y + way.y * distance },
        }));
      }
      clearTimeout(timer);
      timer = setTimeout(store, GATHER_MS);
    };
    return { nudge, store };
  }, [flow]);
  useEffect(() => mover.store, [mover]);
  return mover.nudge;
}
