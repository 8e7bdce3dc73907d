/** Amounts of data as people read them. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** How much: `512 B`, `1.5 KiB`, `200 MiB`. */
export function roomText(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 2 ** (10 * unit);
  return `${amount >= 100 || unit === 0 ? Math.round(amount) : Math.round(amount * 10) / 10} ${UNITS[unit]}`;
}
