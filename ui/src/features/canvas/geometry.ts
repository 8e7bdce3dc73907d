/** Where things are in the view: rectangles in canvas units and in pixels. Reads, and changes nothing. */
import type { Rect, Viewport } from "@xyflow/react";
import type { Node } from "../../bindings/Node";
import { outputsOf } from "../../graph/outputs";
import { NODE_WIDTH, nodeHeight } from "../../graph/size";
import type { ManifestOf } from "./flow";
import type { Box } from "./large";

/** Room the names of outputs take beside a node, in canvas units. */
const NAME_ROOM = 64;

/** How much of the canvas' right side lies under the node settings, in pixels. */
export function coveredWidth(frame: HTMLElement | null): number {
  const cover = frame?.parentElement?.querySelector("[data-covers-canvas]");
  return cover ? cover.getBoundingClientRect().width + 24 : 0;
}

/** The rectangle around nodes; null when there are none. */
export function boundsOf(nodes: Iterable<Node | undefined>, manifestOf: ManifestOf): Rect | null {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const node of nodes) {
    if (!node) continue;
    left = Math.min(left, node.position.x);
    top = Math.min(top, node.position.y);
    const outputs = outputsOf(node.data, manifestOf(node.data.connector_id, node.data.action_id)).length;
    right = Math.max(right, node.position.x + NODE_WIDTH + (outputs > 1 ? NAME_ROOM : 0));
    bottom = Math.max(bottom, node.position.y + nodeHeight(outputs));
  }
  return right < left ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/** What a view of this size, in pixels, shows. */
export function visibleBox({ x, y, zoom }: Viewport, width: number, height: number): Box {
  return { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
}
