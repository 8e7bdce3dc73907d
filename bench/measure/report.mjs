/** The table: one line a row, each with what it is compared with. Pure. */
import { summary } from "./statistics.mjs";

const UNITS = {
  ms: (value) => `${round(value)} ms`,
  s: (value) => `${round(value)} s`,
  MB: (value) => `${round(value)} MB`,
  perSecond: (value) => `${round(value)} /s`,
  fps: (value) => `${round(value)} frames/s`,
};

/** A row: the same thing measured of two subjects, in one unit; `ours` and `theirs` hold one value per round. */
export function row({ what, unit, ours, theirs, oursIs, theirsIs }) {
  const [a, b] = [summary(ours), summary(theirs)];
  const cell = ({ median, low, high }) => `${UNITS[unit](median)} (${round(low)} – ${round(high)})`;
  return {
    what,
    ours: `${oursIs}: ${cell(a)}`,
    theirs: `${theirsIs}: ${cell(b)}`,
    ratio: ratioOf(a.median, b.median),
    rounds: a.count === b.count ? `${a.count}` : `${a.count} and ${b.count}`,
  };
}

/** All rows as a Markdown table. */
export function table(rows) {
  const lines = rows.map(
    ({ what, ours, theirs, ratio, rounds }) => `| ${what} | ${ours} | ${theirs} | ${ratio} | ${rounds} |`,
  );
  return [
    "| what | measured: median (lowest – highest) | compared with | ratio | values |",
    "|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}

/** How many times the second value the first one is; a small part as a fraction. */
function ratioOf(first, second) {
  if (second === 0) return "–";
  return first / second < 0.05 ? `1/${Math.round(second / first)}` : `${round(first / second)} ×`;
}

/** Three significant digits at most, and no digits after the point from 100 on. */
function round(value) {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(size >= 0.1 ? 2 : 3);
}
