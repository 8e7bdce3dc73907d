/** Opens a workflow of a fresh twin in the editor's state, for tests. */
import type { Definition } from "../bindings/Definition";
import type { Node } from "../bindings/Node";
import { fromDefinition } from "../graph/graph";
import { setTransport } from "../ipc";
import { createTwin, type TwinHandle } from "../ipc/twin";
import { useCatalog } from "../state/catalog";
import { useEditor } from "../state/editor";
import { useToasts } from "../state/toasts";

/** A node of the catalogue, as a definition holds it. */
export function httpNode(id: string, x = 0, config: Record<string, unknown> = { url: "https://example.com" }): Node {
  return {
    id,
    type: "action",
    position: { x, y: 0 },
    data: { label: id, connector_id: "http", action_id: "request", config },
  };
}

/** Opens this definition. Returns the twin, for faults. */
export async function openWorkflow(definition: Definition): Promise<TwinHandle> {
  const { transport, handle } = createTwin({ samples: false });
  setTransport(transport);
  const { workflow } = handle.world.create("Test", "", fromDefinition(definition));
  await useCatalog.getState().load();
  useToasts.setState({ toasts: [] });
  await useEditor.getState().open(workflow.id);
  return handle;
}
