/** Workflows as files: importing what the user chose, dropped or pasted, exporting, and what to look at after an import. */
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { ImportNotice } from "../bindings/ImportNotice";
import type { WorkflowId } from "../bindings/WorkflowId";
import { asCoreError, call } from "../ipc";
import { useNavigation } from "./navigation";
import { toastError, useToasts } from "./toasts";
import { useWorkflows } from "./workflows";

/** Bytes of a file at most; the core has the same limit. More is not even read. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Imports whose notices are kept between starts. */
const MAX_KEPT = 50;
/** What a workflow is called that has no name. */
const NAME = "Imported workflow";

/** What to look at in one imported workflow. */
interface Imported {
  notices: readonly ImportNotice[];
  /** Whether the list is on screen. */
  open: boolean;
}

interface ExchangeState {
  /** By workflow, until dismissed. Kept on this machine between starts. */
  imported: Readonly<Record<WorkflowId, Imported>>;
  setOpen(workflowId: WorkflowId, open: boolean): void;
  /** Forgets the notices. */
  dismiss(workflowId: WorkflowId): void;
}

/** Notices of imports. */
export const useExchange = create<ExchangeState>()(
  persist(
    (set) => ({
      imported: {},
      setOpen: (workflowId, open) =>
        set(({ imported }) => {
          const one = imported[workflowId];
          return one ? { imported: { ...imported, [workflowId]: { ...one, open } } } : {};
        }),
      dismiss: (workflowId) =>
        set(({ imported }) => {
          const { [workflowId]: _, ...others } = imported;
          return { imported: others };
        }),
    }),
    { name: "bridge.imports" },
  ),
);

/** Imports a file, and opens the workflow it holds. Nothing of it is switched on. */
export async function importFile(file: File): Promise<void> {
  if (file.size > MAX_BYTES) {
    const hint = "Choose a workflow that was exported from Bridge or n8n as JSON.";
    useToasts.getState().show({ kind: "error", message: "The file is larger than 16 MiB.", hint, duration: 12_000 });
    return;
  }
  await importContent(file, file.name.replace(/\.json$/i, ""));
}

/** Imports a text that was pasted. */
export function importText(text: string): Promise<void> {
  return importContent(new Blob([text]), "");
}

/** Whether a text looks like a workflow, so that pasting it means to import it; nodes of a canvas do not. The core looks closer. */
export function looksLikeWorkflow(text: string): boolean {
  if (/^\s*\{\s*"type"\s*:\s*"bridge\/nodes"/.test(text)) return false;
  return /^\s*[[{]/.test(text) && /"nodes"\s*:/.test(text) && /"(connections|edges|connector_id)"\s*:/.test(text);
}

async function importContent(content: Blob, name: string): Promise<void> {
  try {
    const file = await base64(content);
    const all = await call("import_workflows", { file, name: name.trim().slice(0, 200) || NAME });
    useExchange.setState(({ imported }) => {
      const more = all.filter(({ notices }) => notices.length > 0);
      const added = more.map(({ workflow, notices }) => [workflow.id, { notices, open: true }] as const);
      return { imported: Object.fromEntries([...Object.entries(imported), ...added].slice(-MAX_KEPT)) };
    });
    await useWorkflows.getState().load();
    const [first] = all;
    if (all.length === 1 && first) useNavigation.getState().goToWorkflow(first.workflow.id);
    if (all.length > 1) useNavigation.getState().goHome();
    const what =
      all.length === 1 ? `“${first?.workflow.name}” was imported.` : `${all.length} workflows were imported.`;
    useToasts.getState().show({ kind: "success", message: what, hint: "Its triggers are switched off." });
  } catch (cause) {
    toastError(asCoreError(cause));
  }
}

/** The bytes of a file in Base64. */
function base64(content: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error("The file cannot be read."));
    reader.readAsDataURL(content);
  });
}

/** Exports a workflow to a file that the user chooses. */
export async function exportWorkflow(workflowId: WorkflowId): Promise<void> {
  try {
    const path = await call("export_workflow", { workflow_id: workflowId });
    if (path === null) return;
    const hint = "Credentials are not in it.";
    useToasts.getState().show({ kind: "success", message: `The workflow was exported to ${path}.`, hint });
  } catch (cause) {
    toastError(asCoreError(cause), () => void exportWorkflow(workflowId));
  }
}
