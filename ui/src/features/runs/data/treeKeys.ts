/** Where the keys of a tree lead, whose items stand one below the other: the rules of the ARIA tree pattern. Pure. */

/** What keys need to know of a line. Lines that only close what was opened are passed over. */
export interface TreeLine {
  readonly depth: number;
  readonly part: "whole" | "open" | "close" | "folded";
}

/** What a key does: goes to a line, or folds or unfolds the active one. */
export type TreeStep = { goTo: number } | { toggle: true };

/** What a key means in a tree; null when it means something else. */
export function stepBy(key: string, active: number, lines: readonly TreeLine[], page: number): TreeStep | null {
  const part = lines[active]?.part;
  switch (key) {
    case "ArrowDown":
      return { goTo: nearest(lines, active, 1, 1) };
    case "ArrowUp":
      return { goTo: nearest(lines, active, -1, 1) };
    case "PageDown":
      return { goTo: nearest(lines, active, 1, page) };
    case "PageUp":
      return { goTo: nearest(lines, active, -1, page) };
    case "Home":
      return { goTo: nearest(lines, -1, 1, 1) };
    case "End":
      return { goTo: nearest(lines, lines.length, -1, 1) };
    case "ArrowRight":
      if (part === "folded") return { toggle: true };
      return { goTo: part === "open" ? nearest(lines, active, 1, 1) : active };
    case "ArrowLeft":
      return part === "open" ? { toggle: true } : { goTo: parentOf(lines, active) };
    default:
      return null;
  }
}

/** The item so many lines further, or the last one before the end. */
function nearest(lines: readonly TreeLine[], from: number, by: 1 | -1, steps: number): number {
  let found = from;
  let left = steps;
  for (let at = from + by; at >= 0 && at < lines.length && left > 0; at += by) {
    if (lines[at]?.part === "close") continue;
    found = at;
    left -= 1;
  }
  return Math.max(0, Math.min(lines.length - 1, found));
}

function parentOf(lines: readonly TreeLine[], active: number): number {
  const depth = lines[active]?.depth ?? 0;
  for (let at = active - 1; at >= 0; at -= 1) {
    const line = lines[at];
    if (line && line.depth < depth && line.part !== "close") return at;
  }
  return active;
}
