/** Fields of a run's data that are dropped on a form. */
import type { DragEvent } from "react";
import { EXPRESSION_TYPE } from "../../state/drag";

/** Handlers for an element that takes such a field, as `{{ $json.name }}`. */
export function expressionDrop(take: (dropped: string) => void) {
  const holds = (event: DragEvent) => event.dataTransfer.types.includes(EXPRESSION_TYPE);
  return {
    "data-takes": "expression",
    onDragOver: (event: DragEvent) => {
      if (holds(event)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      if (!holds(event) || event.isDefaultPrevented()) return;
      event.preventDefault();
      take(event.dataTransfer.getData(EXPRESSION_TYPE));
    },
  };
}
