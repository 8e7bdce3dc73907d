/** What can be dragged onto a parameter. */
import type { DragEvent } from "react";
import { EXPRESSION_TYPE } from "../../../state/drag";

/** Attributes of an element that is dragged as an expression, or as its text where expressions are not known. */
export function dragged(expression: string) {
  return {
    draggable: true,
    onDragStart({ dataTransfer }: DragEvent) {
      dataTransfer.setData(EXPRESSION_TYPE, expression);
      dataTransfer.setData("text/plain", expression);
    },
  };
}
