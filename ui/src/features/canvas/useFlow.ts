/** The nodes and edges xyflow holds, between the state and the pointer. */
import { applyNodeChanges, type EdgeChange, type NodeChange } from "@xyflow/react";
import { useCallback, useLayoutEffect, useState } from "react";
import { useSelection } from "../../state/selection";
import { type Drawing, type FlowEdge, type FlowNode, flowEdges, flowNodes, withSelection } from "./flow";

/** The nodes and edges xyflow holds: drawn from the state, moved and selected by the pointer in between. */
export function useFlow(drawing: Drawing) {
  const [nodes, setNodes] = useState<FlowNode[]>(() => flowNodes(drawing, []));
  const [edges, setEdges] = useState<FlowEdge[]>(() => flowEdges(drawing, []));
  const selectedNodes = useSelection((state) => state.nodes);
  const selectedEdges = useSelection((state) => state.edges);

  useLayoutEffect(() => {
    const selection = useSelection.getState();
    setNodes((before) => withSelection(flowNodes(drawing, before), selection.nodes));
    setEdges((before) => withSelection(flowEdges(drawing, before), selection.edges));
  }, [drawing]);
  useLayoutEffect(() => setNodes((before) => withSelection(before, selectedNodes)), [selectedNodes]);
  useLayoutEffect(() => setEdges((before) => withSelection(before, selectedEdges)), [selectedEdges]);

  const onNodesChange = useCallback((changes: NodeChange<FlowNode>[]) => {
    // Sizes are known beforehand; nodes come and go through the state only.
    const moves = changes.filter((change) => change.type === "position");
    if (moves.length > 0) setNodes((before) => applyNodeChanges(moves, before));
    takeSelection(changes, "nodes");
  }, []);
  const onEdgesChange = useCallback((changes: EdgeChange<FlowEdge>[]) => takeSelection(changes, "edges"), []);
  return { nodes, edges, onNodesChange, onEdgesChange };
}

/** Puts what the pointer selected into the state, where the inspector and the commands find it. */
function takeSelection(
  changes: readonly (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[],
  kind: "nodes" | "edges",
): void {
  const selects = changes.filter((change) => change.type === "select");
  if (selects.length === 0) return;
  const selection = useSelection.getState();
  const next = new Set(selection[kind]);
  for (const { id, selected } of selects) {
    if (selected) next.add(id);
    else next.delete(id);
  }
  if (kind === "nodes") selection.select(next, selection.edges);
  else selection.select(selection.nodes, next);
}
