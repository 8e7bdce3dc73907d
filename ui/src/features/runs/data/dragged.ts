/** What can be dragged onto a parameter. */
import type { DragEvent } from "react";
import { startExpressionDrag } from "../../../state/drag";

/** Attributes of an element that is dragged as an expression, or as its text where expressions are not known. */
export function dragged(expression: string) {
  return {
    draggable: true,
    onDragStart({ dataTransfer }: DragEvent) {
      startExpressionDrag(dataTransfer, expression);
    },
  };
}
