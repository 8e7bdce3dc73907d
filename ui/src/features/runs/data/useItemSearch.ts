/** Looks for a text in all items of a source, page after page, without standing in the way of anything else. */
import { useEffect, useState } from "react";
import type { Item } from "../../../bindings/Item";
import { type ItemSource, PAGE, readPage } from "./source";

/** Matches listed at most. */
const MATCHES = 1_000;
/** How long typing must rest before the search begins, in milliseconds. */
const REST_MS = 200;

/** An item that fits, with its place among all. */
interface Match {
  readonly index: number;
  readonly item: Item;
}

/** What was found so far. */
export interface ItemSearch {
  readonly matches: readonly Match[];
  /** Items looked at. */
  readonly searched: number;
  readonly done: boolean;
}

/** The search; null while nothing is searched for. */
export function useItemSearch(source: ItemSource, total: number, query: string): ItemSearch | null {
  const [found, setFound] = useState<ItemSearch | null>(null);
  const wanted = query.trim().toLowerCase();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a component searches one source, by its key
  useEffect(() => {
    setFound(null);
    if (wanted === "") return;
    let left = false;
    const search = async () => {
      const matches: Match[] = [];
      for (let first = 0; first < total && matches.length < MATCHES && !left; first += PAGE) {
        const { items } = await readPage(source, first).catch(() => ({ items: [] as Item[] }));
        for (const [at, item] of items.entries()) {
          if (JSON.stringify(item.json).toLowerCase().includes(wanted)) matches.push({ index: first + at, item });
        }
        const searched = Math.min(total, first + PAGE);
        if (!left) setFound({ matches: matches.slice(0, MATCHES), searched, done: false });
      }
      if (!left) setFound((before) => ({ matches: [], searched: total, ...before, done: true }));
    };
    const timer = setTimeout(() => void search(), REST_MS);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [wanted, total]);
  return wanted === "" ? null : (found ?? { matches: [], searched: 0, done: false });
}
