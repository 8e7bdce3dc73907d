/** Items of a source, read page by page as they come into view. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Error as CoreError } from "../../../bindings/Error";
import type { Item } from "../../../bindings/Item";
import type { StepPage } from "../../../bindings/StepPage";
import { asCoreError } from "../../../ipc";
import { type ItemSource, PAGE, readPage } from "./source";

/** Pages kept at most: what is far from view is read again when it comes back. */
const KEPT = 30;
/** How long a range must stay in view before it is read, in milliseconds. */
const REST_MS = 40;

/** The items that are there. */
export interface Items {
  at(index: number): Item | undefined;
  page(index: number): StepPage | undefined;
  /** Reads what lies between these places. */
  need(first: number, last: number): void;
  error: CoreError | null;
  retry(): void;
}

/** Reads a source. Give the component a `key` of the source: the pages belong to it. */
export function useItems(source: ItemSource): Items {
  const [pages, setPages] = useState<ReadonlyMap<number, StepPage>>(new Map());
  const [error, setError] = useState<CoreError | null>(null);
  const asked = useRef(new Set<number>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(source);
  const wanted = useRef<[number, number]>([0, 0]);

  const read = useCallback(async (page: number) => {
    if (asked.current.has(page)) return;
    asked.current.add(page);
    try {
      const found = await readPage(latest.current, page * PAGE);
      setPages((before) => withPage(before, page, found, asked.current));
      setError(null);
    } catch (cause) {
      asked.current.delete(page);
      setError(asCoreError(cause));
    }
  }, []);
  const readWanted = useCallback(() => {
    const [first, last] = wanted.current;
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page += 1) void read(page);
  }, [read]);
  const need = useCallback(
    (first: number, last: number) => {
      wanted.current = [first, last];
      clearTimeout(timer.current);
      timer.current = setTimeout(readWanted, REST_MS);
    },
    [readWanted],
  );
  useEffect(() => {
    void read(0);
    return () => clearTimeout(timer.current);
  }, [read]);

  return {
    at: (index) => pages.get(Math.floor(index / PAGE))?.items[index % PAGE],
    page: (index) => pages.get(index),
    need,
    error,
    retry: readWanted,
  };
}

function withPage(
  before: ReadonlyMap<number, StepPage>,
  page: number,
  found: StepPage,
  asked: Set<number>,
): ReadonlyMap<number, StepPage> {
  const pages = new Map(before).set(page, found);
  while (pages.size > KEPT) {
    const far = [...pages.keys()].reduce((a, b) => (Math.abs(a - page) >= Math.abs(b - page) ? a : b));
    pages.delete(far);
    asked.delete(far);
  }
  return pages;
}
