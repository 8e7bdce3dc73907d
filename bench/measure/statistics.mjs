/** Medians, percentiles and spread of measured values. Pure. */

/** The value below which this share (0 to 1) of the values lies, by the nearest rank. */
export function percentile(values, share) {
  if (values.length === 0) throw new Error("nothing was measured");
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

/** The middle value; of two middle ones their mean. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) throw new Error("nothing was measured");
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median, smallest and largest value. */
export function summary(values) {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values), count: values.length };
}
