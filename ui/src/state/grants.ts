/** What a workflow was allowed to reach beyond the public internet, and the dialog that shows it. */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";
import type { Grant } from "../bindings/Grant";
import type { WorkflowId } from "../bindings/WorkflowId";
import { asCoreError, call } from "../ipc";
import { toastError, useToasts } from "./toasts";

/** How long a removed grant can be brought back from its toast, in milliseconds. */
const UNDO_MS = 10_000;

interface GrantsState {
  /** The workflow the dialog is open for. */
  workflowId: WorkflowId | null;
  /** Null until they are read. */
  grants: readonly Grant[] | null;
  error: CoreError | null;
  open(workflowId: WorkflowId): void;
  close(): void;
  load(): Promise<void>;
  /** Returns what was wrong, or null. */
  add(grant: Grant): Promise<CoreError | null>;
  /** Takes it back and offers to undo that. */
  remove(grant: Grant): Promise<void>;
}

/** The grants of the workflow the dialog is open for. */
export const useGrants = create<GrantsState>()((set, get) => {
  const take = (workflowId: WorkflowId, grants: Grant[]) => {
    if (get().workflowId === workflowId) set({ grants, error: null });
  };
  return {
    workflowId: null,
    grants: null,
    error: null,
    open(workflowId) {
      set({ workflowId, grants: null, error: null });
      void get().load();
    },
    close: () => set({ workflowId: null }),
    async load() {
      const { workflowId } = get();
      if (workflowId === null) return;
      try {
        take(workflowId, await call("list_grants", { workflow_id: workflowId }));
      } catch (cause) {
        if (get().workflowId === workflowId) set({ error: asCoreError(cause) });
      }
    },
    async add(grant) {
      const { workflowId, grants } = get();
      if (workflowId === null) return null;
      try {
        take(workflowId, await call("add_grant", { workflow_id: workflowId, grant }));
        // A folder is allowed for reading, or for writing too: the newer word counts.
        const other = grants?.find((old) => isSameFolder(old, grant));
        if (other) take(workflowId, await call("remove_grant", { workflow_id: workflowId, grant: other }));
        return null;
      } catch (cause) {
        return asCoreError(cause);
      }
    },
    async remove(grant) {
      const { workflowId } = get();
      if (workflowId === null) return;
      try {
        take(workflowId, await call("remove_grant", { workflow_id: workflowId, grant }));
      } catch (cause) {
        toastError(asCoreError(cause), () => void get().remove(grant));
        return;
      }
      const restore = async () => {
        try {
          take(workflowId, await call("add_grant", { workflow_id: workflowId, grant }));
        } catch (cause) {
          toastError(asCoreError(cause), () => void restore());
        }
      };
      useToasts.getState().show({
        message: `${grantName(grant)} may no longer be reached.`,
        duration: UNDO_MS,
        action: { label: "Undo", run: () => void restore() },
      });
    },
  };
});

/** What a grant is for: `127.0.0.1:8080`, or a folder. */
export function grantName(grant: Grant): string {
  if (grant.type === "folder") return grant.path;
  return `${grant.host.includes(":") ? `[${grant.host}]` : grant.host}:${grant.port}`;
}

function isSameFolder(a: Grant, b: Grant): boolean {
  return a.type === "folder" && b.type === "folder" && a.path === b.path && a.write !== b.write;
}
