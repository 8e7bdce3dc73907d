/** The selected step and the selected node go together: choosing one chooses the other. */
import type { NodeId } from "../bindings/NodeId";
import { useCanvasView } from "./canvasView";
import { useEditor } from "./editor";
import { useOverlay } from "./overlay";
import { useRuns } from "./runs";
import { useSelection } from "./selection";

/** Selects a step and its node on the canvas. */
export function selectStep(step: number): void {
  const { view, selectStep: select } = useRuns.getState();
  const nodeId = view.steps.get(step)?.node_id;
  select(step);
  useRuns.getState().stay();
  if (nodeId === undefined) return;
  const { preview, graph } = useEditor.getState();
  if (preview !== null) useOverlay.getState().highlight([nodeId]);
  else if (graph.nodes.has(nodeId)) selectNode(nodeId);
  else return;
  useCanvasView.getState().view?.reveal([nodeId]);
}

/** Selects a node; an open form goes along. */
function selectNode(nodeId: NodeId): void {
  const { select, inspect, inspected } = useSelection.getState();
  select([nodeId]);
  if (inspected !== null) inspect(nodeId);
}

/** Keeps the step with the selection of the canvas. Returns how to stop. */
export function followSelection(): () => void {
  return useSelection.subscribe(({ nodes }, before) => {
    const [only, ...others] = nodes;
    if (nodes !== before.nodes && only !== undefined && others.length === 0) useRuns.getState().selectNode(only);
  });
}
