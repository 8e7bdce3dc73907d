/** What the canvas draws now: the workflow with the overlay, nodes where that would have them, or an old version. */
import { useMemo } from "react";
import { fromDefinition } from "../../graph/graph";
import { useCatalog } from "../../state/catalog";
import { useEditor } from "../../state/editor";
import { useOverlay, withMoves } from "../../state/overlay";
import type { Drawing } from "./flow";

/** The drawing; the same object as long as nothing changes. */
export function useDrawing(): Drawing {
  const current = useEditor((state) => state.graph);
  const preview = useEditor((state) => state.preview);
  const overlay = useOverlay((state) => state.overlay);
  const actions = useCatalog((state) => state.actions);
  return useMemo(
    () => ({
      graph: preview ? fromDefinition(preview.definition) : withMoves(current, overlay),
      overlay: preview ? null : overlay,
      manifestOf: (connectorId, actionId) => actions.get(`${connectorId}.${actionId}`),
      readOnly: preview !== null,
    }),
    [current, preview, overlay, actions],
  );
}
