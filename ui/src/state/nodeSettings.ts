/** What a person changes about how nodes are run, as actions for the one write path. */
import type { Action } from "../bindings/Action";
import type { Edge } from "../bindings/Edge";
import type { NodeId } from "../bindings/NodeId";
import type { NodeSettings } from "../bindings/NodeSettings";
import type { Graph } from "../graph/graph";
import { ERROR_OUTPUT } from "../graph/outputs";
import { settingsOf } from "../graph/settings";
import { type SubmitResult, useEditor } from "./editor";
import { useSelection } from "./selection";
import { useToasts } from "./toasts";

/** The connections that leave a node by its error output. */
export function errorEdges(graph: Graph, nodeId: NodeId): Edge[] {
  return [...graph.edges.values()].filter((edge) => edge.source === nodeId && edge.source_handle === ERROR_OUTPUT);
}

/**
 * The actions that change settings of a node, as it is now. Without the error output, the connections that leave by it go,
 * in the same step.
 */
function settingsActions(nodeId: NodeId, change: (settings: NodeSettings) => NodeSettings): Action[] {
  const { graph } = useEditor.getState();
  const node = graph.nodes.get(nodeId);
  if (!node) return [];
  const before = settingsOf(node.data);
  const settings = change(before);
  const closes = before.on_error === "error_output" && settings.on_error !== "error_output";
  const gone = closes ? errorEdges(graph, nodeId) : [];
  return [
    ...gone.map(({ id }): Action => ({ type: "delete_edge", edge_id: id })),
    { type: "update_node", node_id: nodeId, settings },
  ];
}

/** Changes settings of a node, and says which connections went with it. */
export async function changeSettings(nodeId: NodeId, change: Partial<NodeSettings>): Promise<SubmitResult> {
  const { graph, submit } = useEditor.getState();
  const actions = settingsActions(nodeId, (settings) => ({ ...settings, ...change }));
  const gone = actions.flatMap((action) =>
    action.type === "delete_edge" && action.edge_id ? (graph.edges.get(action.edge_id) ?? []) : [],
  );
  const result = await submit(actions);
  if (result.ok && gone.length > 0) {
    const targets = gone.map(({ target }) => `“${graph.nodes.get(target)?.data.label ?? target}”`);
    useToasts.getState().show({
      message: `The connection from the error output to ${targets.join(", ")} was removed with it.`,
      hint: "Undo brings it back.",
    });
  }
  return result;
}

/** Switches the selected nodes off; on again when all of them are off. One step to undo. */
export function toggleDisabled(): boolean {
  const { graph, preview, submit } = useEditor.getState();
  const nodes = [...useSelection.getState().nodes].flatMap((id) => graph.nodes.get(id) ?? []);
  if (preview || nodes.length === 0) return false;
  const disabled = nodes.some(({ data }) => !settingsOf(data).disabled);
  const actions = nodes.map(
    ({ id, data }): Action => ({ type: "update_node", node_id: id, settings: { ...settingsOf(data), disabled } }),
  );
  void submit(actions);
  return true;
}

/** Whether every selected node is switched off. */
export function useSelectionDisabled(): boolean {
  const nodes = useSelection((state) => state.nodes);
  return useEditor(({ graph }) => {
    for (const id of nodes) if (!graph.nodes.get(id)?.data.settings?.disabled) return false;
    return nodes.size > 0;
  });
}
