/** Rows of a data table, read page by page as they come into view. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import type { TableId } from "../../bindings/TableId";
import { asCoreError, call } from "../../ipc";

type Row = Record<string, unknown>;

/** Rows in a page. */
const PAGE = 100;
/** Pages kept at most: what is far from view is read again when it comes back. */
const KEPT = 40;
/** How long a range must stay in view before it is read, in milliseconds. */
const REST_MS = 40;

/** The rows that are there. Give the component a `key` of the table: the pages belong to it. */
export function useRows(tableId: TableId) {
  const [pages, setPages] = useState<ReadonlyMap<number, Row[]>>(new Map());
  const [error, setError] = useState<CoreError | null>(null);
  const asked = useRef(new Set<number>());
  const wanted = useRef<[number, number]>([0, 0]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const read = useCallback(
    async (page: number) => {
      if (asked.current.has(page)) return;
      asked.current.add(page);
      try {
        const rows = await call("table_rows", { table_id: tableId, first: page * PAGE, count: PAGE });
        setPages((before) => withPage(before, page, rows, asked.current));
        setError(null);
      } catch (cause) {
        asked.current.delete(page);
        setError(asCoreError(cause));
      }
    },
    [tableId],
  );
  const readWanted = useCallback(() => {
    const [first, last] = wanted.current;
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page += 1) void read(page);
  }, [read]);
  /** Reads what lies between these places. */
  const need = useCallback(
    (first: number, last: number) => {
      wanted.current = [first, last];
      clearTimeout(timer.current);
      timer.current = setTimeout(readWanted, REST_MS);
    },
    [readWanted],
  );
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    at: (index: number): Row | undefined => pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    need,
    error,
    retry: readWanted,
  };
}

function withPage(before: ReadonlyMap<number, Row[]>, page: number, rows: Row[], asked: Set<number>) {
  const pages = new Map(before).set(page, rows);
  while (pages.size > KEPT) {
    const far = [...pages.keys()].reduce((a, b) => (Math.abs(a - page) >= Math.abs(b - page) ? a : b));
    pages.delete(far);
    asked.delete(far);
  }
  return pages;
}
