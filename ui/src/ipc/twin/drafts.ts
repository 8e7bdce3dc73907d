/** The twin's drafts: what the user is writing to the assistant, by workflow. They live as long as the twin. */
import type { WorkflowId } from "../../bindings/WorkflowId";
import type { Part } from "./part";
import { invalidInput, type World } from "./world";

const MOST_BYTES = 4 * 2 ** 20;

/** Commands on drafts. */
export function draftCommands(world: World): Part {
  /** Those that are not empty. */
  const drafts = new Map<WorkflowId, string>();
  return {
    commands: {
      draft: ({ workflow_id }) => drafts.get(world.workflow(workflow_id).workflow.id) ?? "",
      save_draft: ({ workflow_id, text }) => {
        if (new TextEncoder().encode(text).length > MOST_BYTES) {
          const message = "A message of more than 4 MiB is not kept while it is written.";
          throw invalidInput([{ path: "text", code: "too_large", message }]);
        }
        const { id } = world.workflow(workflow_id).workflow;
        if (text === "") drafts.delete(id);
        else drafts.set(id, text);
        return null;
      },
    },
  };
}
