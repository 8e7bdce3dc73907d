/** Which workflows use a credential: read from the workflows themselves, because nothing keeps a list of it. */
import type { CredentialId } from "../bindings/CredentialId";
import { call } from "../ipc";
import { useWorkflows } from "./workflows";

/** Workflows read at most: beyond that the answer would be too long in coming. */
const MOST = 300;

/** What is known about who uses a credential. */
export interface Uses {
  readonly names: readonly string[];
  /** Whether every workflow was read. */
  readonly complete: boolean;
}

/** Names of the workflows with a node that uses the credential. Ends early when `signal` says so. */
export async function usesOf(id: CredentialId, signal: AbortSignal): Promise<Uses> {
  const { workflows } = useWorkflows.getState();
  const names: string[] = [];
  let complete = workflows.length <= MOST;
  for (const workflow of workflows.slice(0, MOST)) {
    if (signal.aborted) break;
    try {
      const { version } = await call("open_workflow", { workflow_id: workflow.id });
      if (version.definition.nodes.some(({ data }) => data.settings?.credential_id === id)) names.push(workflow.name);
    } catch {
      // Deleted or unreadable meanwhile: the answer says that it is not complete.
      complete = false;
    }
  }
  return { names, complete };
}
