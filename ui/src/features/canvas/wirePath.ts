/** The way a connection takes on the canvas. Pure. */
import { type EdgeProps, getBezierPath } from "@xyflow/react";

/** How far the way back keeps from the nodes it passes: the middle between two rows. */
const ABOVE = 48;
/** How far it goes out before it turns, and how round it turns. */
const OUT = 26;
const RADIUS = 12;
/** Where source and target stand in the same row, one before the other, a curve between them would run behind the nodes. */
const SAME_ROW = 80;

type Ends = Pick<EdgeProps, "sourceX" | "sourceY" | "targetX" | "targetY" | "sourcePosition" | "targetPosition">;

/** The path, and where its middle is. */
export function wirePath(ends: Ends): { path: string; x: number; y: number } {
  const { sourceX, sourceY, targetX, targetY } = ends;
  if (targetX < sourceX && Math.abs(targetY - sourceY) < SAME_ROW) return wayBack(ends);
  const [path, x, y] = getBezierPath(ends);
  return { path, x, y };
}

/** From the end of a loop to its start: over the nodes in between. */
function wayBack({ sourceX, sourceY, targetX, targetY }: Ends) {
  const top = Math.min(sourceY, targetY) - ABOVE;
  const right = sourceX + OUT;
  const left = targetX - OUT;
  const path = [
    `M${sourceX},${sourceY}`,
    `H${right - RADIUS}`,
    `Q${right},${sourceY} ${right},${sourceY - RADIUS}`,
    `V${top + RADIUS}`,
    `Q${right},${top} ${right - RADIUS},${top}`,
    `H${left + RADIUS}`,
    `Q${left},${top} ${left},${top + RADIUS}`,
    `V${targetY - RADIUS}`,
    `Q${left},${targetY} ${left + RADIUS},${targetY}`,
    `H${targetX}`,
  ].join("");
  return { path, x: (left + right) / 2, y: top };
}
