/** Wires the stores to the core, once: first contents, then everything the core says has changed. */
import type { EntityChanged } from "../bindings/EntityChanged";
import { call, transport } from "../ipc";
import { useCatalog } from "./catalog";
import { useCredentials } from "./credentials";
import { saveDraftsOnLeaving } from "./drafts";
import { useEditor } from "./editor";
import { useStatus } from "./status";
import { useTheme } from "./theme";
import { useWorkflows } from "./workflows";

/** Time several changes are gathered before anything is read again, in milliseconds. */
const GATHER_MS = 120;

/** Reads what every screen needs and keeps it fresh. Returns how to stop. */
export function startState(): () => void {
  void useTheme.getState().load();
  void useStatus.getState().load();
  void useCatalog.getState().load();
  void useWorkflows.getState().load();
  void useCredentials.getState().load();

  const leave = saveDraftsOnLeaving();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = transport().onChanged((change: EntityChanged) => {
    if (change.entity === "settings") void useTheme.getState().load();
    if (change.entity === "status") void useStatus.getState().load();
    if (change.entity === "credential") void useCredentials.getState().load();
    if (change.entity !== "workflow" && change.entity !== "trigger") return;
    clearTimeout(timer);
    timer = setTimeout(() => void refreshWorkflows(), GATHER_MS);
  });
  return () => {
    clearTimeout(timer);
    stop();
    leave();
  };
}

/** Tells the core that the window works, after its first paint. */
export function reportReady(): void {
  requestAnimationFrame(() => requestAnimationFrame(() => void call("window_ready", {}).catch(() => undefined)));
}

/** Reads the list again, and the open workflow when the list knows a newer version of it. */
async function refreshWorkflows(): Promise<void> {
  await useWorkflows.getState().load();
  const { workflow, waiting, refresh, receiveWorkflow } = useEditor.getState();
  if (!workflow || waiting > 0) return;
  const summary = useWorkflows.getState().workflows.find(({ id }) => id === workflow.id);
  if (!summary) return;
  if (summary.active_version > workflow.active_version) await refresh();
  else if (summary.name !== workflow.name || summary.description !== workflow.description) {
    receiveWorkflow({ ...workflow, name: summary.name, description: summary.description });
  }
}
