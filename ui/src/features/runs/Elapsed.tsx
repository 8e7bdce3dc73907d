/** Time since something began, counted while it goes on. */
import { useEffect, useState } from "react";
import type { Timestamp } from "../../bindings/Timestamp";
import { duration } from "../../components/durations";

const TICK_MS = 100;
/** What is shorter is not shown: it would only flicker. */
const LEAST_MS = 300;

/** The time, read anew ten times a second. */
export function Elapsed({ since }: { since: Timestamp }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const passed = now - Date.parse(since);
  return passed < LEAST_MS ? null : <span aria-hidden>{duration(passed)}</span>;
}
