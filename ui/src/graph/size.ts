/** How large a node is drawn and where its connections end. The canvas, the tidy layout and placing agree on this. */
import type { Node } from "../bindings/Node";
import type { Position } from "../bindings/Position";

/** Width of every node, in canvas units. */
export const NODE_WIDTH = 232;
/** Height of a node with up to two outputs. */
const NODE_HEIGHT = 60;
/** Distance between two outputs of a node. */
const OUTPUT_DISTANCE = 24;
/** Space between neighbours, to the right and downwards. */
export const GAP = { x: 88, y: 36 } as const;

/** Height of a node with this many outputs. */
export function nodeHeight(outputs: number): number {
  return Math.max(NODE_HEIGHT, outputs * OUTPUT_DISTANCE + 12);
}

/** Where an output leaves, from the node's top. */
export function outputOffset(index: number, outputs: number): number {
  const height = nodeHeight(outputs);
  return height / 2 + (index - (outputs - 1) / 2) * OUTPUT_DISTANCE;
}

/** The place to the right of a node, or the first free one below it. */
export function placeBeside(source: Node, nodes: Iterable<Node>): Position {
  return freePlace({ x: source.position.x + NODE_WIDTH + GAP.x, y: source.position.y }, nodes);
}

/** This place, or the first free one below it, for a node or for something of another size. */
export function freePlace(
  wanted: Position,
  nodes: Iterable<Node>,
  size: { width: number; height: number } = { width: NODE_WIDTH, height: NODE_HEIGHT },
): Position {
  const step = NODE_HEIGHT + GAP.y;
  const inColumn: number[] = [];
  for (const { position } of nodes) {
    const left = wanted.x - NODE_WIDTH;
    if (position.x > left && position.x < wanted.x + size.width) inColumn.push(position.y);
  }
  inColumn.sort((a, b) => a - b);
  let y = wanted.y;
  for (const taken of inColumn) {
    const above = taken + step - 8 <= y;
    const below = taken >= y + size.height + GAP.y - 8;
    if (!above && !below) y = taken + step;
  }
  return { x: wanted.x, y };
}

/** The room nodes at these places take, from their upper left corner. */
export function sizeFrom(corner: Position, places: readonly Position[]): { width: number; height: number } {
  let right = corner.x;
  let bottom = corner.y;
  for (const { x, y } of places) {
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { width: right - corner.x + NODE_WIDTH, height: bottom - corner.y + NODE_HEIGHT };
}
