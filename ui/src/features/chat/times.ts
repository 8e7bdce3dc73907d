/** Times, durations and amounts as people read them. */

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** Hours and minutes. */
export function clockOf(timestamp: string): string {
  return format(CLOCK, timestamp);
}

/** The day, in words. */
export function dayOf(timestamp: string): string {
  return format(DAY, timestamp);
}

/** Day and time. */
export function wholeTimeOf(timestamp: string): string {
  return format(WHOLE, timestamp);
}

function format(style: Intl.DateTimeFormat, timestamp: string): string {
  const time = new Date(timestamp);
  return Number.isNaN(time.getTime()) ? "" : style.format(time);
}

/** A duration: `850 ms`, `4.2 s`, `2 min 5 s`. */
export function durationOf(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** US dollars, with as many digits as it takes to see something. */
export function costOf(dollars: number): string {
  if (dollars === 0) return "$0";
  return `$${dollars < 0.01 ? dollars.toPrecision(2) : dollars.toFixed(2)}`;
}
