/** Past runs, newest first: more as the end of the list comes into view, and read again when a run changes. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import type { RunId } from "../../bindings/RunId";
import type { RunStatus } from "../../bindings/RunStatus";
import type { RunSummary } from "../../bindings/RunSummary";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { asCoreError, call, transport } from "../../ipc";
import { paced } from "../../state/paced";

const PAGE = 60;
/** Between two times of reading the list again, in milliseconds. */
const READ_MS = 300;
/** Runs read again at once at most, as the core allows. */
const MOST = 200;

/** The list so far. */
export interface RunListState {
  readonly runs: readonly RunSummary[] | null;
  readonly hasMore: boolean;
  readonly error: CoreError | null;
  more(): void;
  reload(): void;
}

/** Reads runs of a workflow, or of all; `statuses` empty: in any state. */
export function useRunList(workflowId: WorkflowId | undefined, statuses: readonly RunStatus[]): RunListState {
  const [runs, setRuns] = useState<readonly RunSummary[] | null>(null);
  const [hasMore, setHasMore] = useState(false);
  const [error, setError] = useState<CoreError | null>(null);
  const latest = useRef<readonly RunSummary[]>([]);
  const asking = useRef(0);
  const wanted = statuses.join();

  const read = useCallback(
    async (before: RunId | undefined, count: number) => {
      asking.current += 1;
      const ticket = asking.current;
      const filter = {
        statuses: wanted === "" ? [] : (wanted.split(",") as RunStatus[]),
        limit: count,
        ...(workflowId === undefined ? {} : { workflow_id: workflowId }),
        ...(before === undefined ? {} : { before }),
      };
      try {
        const found = await call("list_runs", { filter });
        if (ticket !== asking.current) return;
        latest.current = before === undefined ? found : [...latest.current, ...found];
        setRuns(latest.current);
        setHasMore(found.length === count);
        setError(null);
      } catch (cause) {
        if (ticket === asking.current) setError(asCoreError(cause));
      }
    },
    [workflowId, wanted],
  );
  const reload = useCallback(() => read(undefined, Math.min(MOST, Math.max(PAGE, latest.current.length))), [read]);

  useEffect(() => {
    latest.current = [];
    void read(undefined, PAGE);
    const again = paced(READ_MS, reload);
    const ignore = transport().onChanged(({ entity, id }) => {
      if (entity === "run" && (workflowId === undefined || id === workflowId || id === "")) again.ask();
    });
    return () => {
      again.cancel();
      ignore();
    };
  }, [read, reload, workflowId]);

  return { runs, hasMore, error, reload: () => void reload(), more: () => void read(latest.current.at(-1)?.id, PAGE) };
}
