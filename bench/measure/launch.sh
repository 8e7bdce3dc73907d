#!/usr/bin/env bash
# Started by the driver in place of the program: notes which process it is and when it began (seconds since 1970), and
# becomes the program. Nothing is started for it, so it adds about two milliseconds, to every subject alike.
LC_ALL=C
printf '%s %s\n' "$$" "$EPOCHREALTIME" >"$BENCH_STARTED"
exec "$BENCH_PROGRAM" "$@"
