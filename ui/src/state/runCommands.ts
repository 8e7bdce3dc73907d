/** What can be asked of a run from several places of the window: menus, keys, the panel. */
import type { Grant } from "../bindings/Grant";
import type { Item } from "../bindings/Item";
import type { NodeId } from "../bindings/NodeId";
import type { RunId } from "../bindings/RunId";
import { asCoreError, call } from "../ipc";
import { useCanvasView } from "./canvasView";
import { useEditor } from "./editor";
import { usePins } from "./pins";
import { useRuns } from "./runs";
import { hasEnded } from "./runView";
import { useSelection } from "./selection";
import { toastError } from "./toasts";

/** Whether a run that the user asked for is under way, or about to be. */
export function useIsRunning(): boolean {
  return useRuns(
    ({ starting, view, past, live }) => starting || (!past && !live && view.run !== null && !hasEnded(view.run)),
  );
}

/** Runs the whole workflow. `input` is what the trigger puts out. */
export function runAll(trigger?: NodeId, input?: Item[]): Promise<void> {
  leaveField();
  return useRuns.getState().start({
    scope: { type: "whole" },
    ...(trigger === undefined ? {} : { trigger_node: trigger }),
    ...(input === undefined ? {} : { input }),
  });
}

/** Runs what leads to a node, and the node itself anew. */
export function runTo(nodeId: NodeId): Promise<void> {
  leaveField();
  return useRuns.getState().start({ scope: { type: "to", node_id: nodeId } });
}

/** Runs a node and what follows it anew. */
export function runFrom(nodeId: NodeId): Promise<void> {
  leaveField();
  return useRuns.getState().start({ scope: { type: "from", node_id: nodeId } });
}

/** Goes on where a run ended: on its own version, or on the one that is active now. */
export function retry(runId: RunId, activeVersion: boolean): Promise<void> {
  leaveField();
  return useRuns.getState().start({ scope: { type: "retry", run_id: runId, active_version: activeVersion } });
}

/** Grants the open workflow something and goes on where the run failed. Returns whether it was granted. */
export async function grantAndRetry(runId: RunId, grant: Grant): Promise<boolean> {
  const workflowId = useEditor.getState().workflow?.id;
  if (workflowId === undefined) return false;
  try {
    await call("add_grant", { workflow_id: workflowId, grant });
  } catch (cause) {
    toastError(asCoreError(cause), () => void grantAndRetry(runId, grant));
    return false;
  }
  void retry(runId, true);
  return true;
}

/** Takes the pin of a node away. */
export async function unpin(nodeId: NodeId): Promise<void> {
  const error = await usePins.getState().set(nodeId, null);
  if (error) toastError(error, () => void unpin(nodeId));
}

/** Selects a node, brings it into view and opens its form at a parameter. */
export function showNode(nodeId: NodeId, parameter: string | null = null): void {
  const { graph, preview } = useEditor.getState();
  if (!graph.nodes.has(nodeId)) return;
  if (preview === null) {
    useSelection.getState().select([nodeId]);
    useSelection.getState().inspect(nodeId, "none", parameter);
  }
  useCanvasView.getState().view?.reveal([nodeId]);
}

/** Leaving a field is what stores it: a run starts with what the user sees. */
function leaveField(): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && focused.closest("aside") !== null) focused.blur();
}
