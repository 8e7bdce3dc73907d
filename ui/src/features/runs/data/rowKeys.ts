/** Where the keys of a grid lead: the rules of the ARIA grid pattern. Pure. */

/** A cell. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** How large the grid is, and how many rows are in view. */
export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  readonly page: number;
}

/** The cell that a key leads to; null when the key means something else. */
export function movedBy(
  key: string,
  ctrl: boolean,
  { row, column }: Cell,
  { rows, columns, page }: GridSize,
): Cell | null {
  const last = { row: rows - 1, column: columns - 1 };
  const to = (nextRow: number, nextColumn: number): Cell => ({
    row: Math.max(0, Math.min(last.row, nextRow)),
    column: Math.max(0, Math.min(last.column, nextColumn)),
  });
  switch (key) {
    case "ArrowDown":
      return to(row + 1, column);
    case "ArrowUp":
      return to(row - 1, column);
    case "ArrowRight":
      return to(row, column + 1);
    case "ArrowLeft":
      return to(row, column - 1);
    case "PageDown":
      return to(row + page, column);
    case "PageUp":
      return to(row - page, column);
    case "Home":
      return ctrl ? to(0, 0) : to(row, 0);
    case "End":
      return ctrl ? to(last.row, last.column) : to(row, last.column);
    default:
      return null;
  }
}
