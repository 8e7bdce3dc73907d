/** Items of one output or input: as a table, as JSON or as fields, with a search through all of them. */
import { Button, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconSearch } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { counted } from "../../../components/durations";
import { IconAction } from "../../../components/IconAction";
import type { Base } from "../../../graph/expressions/paths";
import { useItemView } from "../../../state/itemView";
import classes from "./ItemsView.module.css";
import { JsonView } from "./JsonView";
import { SchemaView } from "./SchemaView";
import { type ItemSource, PAGE } from "./source";
import { TableView } from "./TableView";
import { type ItemSearch, useItemSearch } from "./useItemSearch";
import { type Items, useItems } from "./useItems";

interface Props {
  source: ItemSource;
  total: number;
  base: Base;
  /** What comes before the views, and after the search. */
  lead?: ReactNode;
  actions?: ReactNode;
}

const VIEWS = [
  { value: "table", label: "Table" },
  { value: "json", label: "JSON" },
  { value: "schema", label: "Schema" },
];

/** The items with their views. Give it a `key` of the source. */
export function ItemsView({ source, total, base, lead, actions }: Props) {
  const [query, setQuery] = useState("");
  const view = useItemView((state) => state.view);
  const setView = useItemView((state) => state.setView);
  const items = useItems(source);
  const search = useItemSearch(source, total, query);
  const dropped = items.page(0)?.dropped;
  return (
    <div className={classes.items}>
      <div className={classes.tools}>
        {lead}
        <SegmentedControl
          className={classes.views}
          size="xs"
          aria-label="View"
          data={VIEWS}
          value={view}
          onChange={(chosen) => setView(chosen === "json" || chosen === "schema" ? chosen : "table")}
        />
        <TextInput
          className={classes.search}
          size="xs"
          aria-label="Search the items"
          placeholder="Search"
          leftSection={<IconSearch size={13} />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || query === "") return;
            event.stopPropagation();
            setQuery("");
          }}
        />
        <span className={classes.found} role="status">
          {search === null ? "" : foundText(search, total)}
        </span>
        {actions && <span className={classes.actions}>{actions}</span>}
      </div>
      {items.error ? (
        <div className={classes.note} role="alert">
          <Text size="sm">{items.error.message}</Text>
          <Button size="compact-xs" variant="default" onClick={items.retry}>
            Try again
          </Button>
        </div>
      ) : dropped ? (
        <Text size="sm" c="dimmed" className={classes.note}>
          The data of this step is no longer kept: it made room for newer runs.
        </Text>
      ) : (
        <Shown view={view} items={items} search={search} total={total} base={base} />
      )}
    </div>
  );
}

interface ShownProps {
  view: "table" | "json" | "schema";
  items: Items;
  search: ItemSearch | null;
  total: number;
  base: Base;
}

function Shown({ view, items, search, total, base }: ShownProps) {
  const [page, setPage] = useState(0);
  const matches = search?.matches;
  const found = useMemo(() => matches?.map(({ item }) => item), [matches]);
  const read = items.page(page);
  const sample = found ?? items.page(0)?.items ?? NO_ITEMS;
  const pageItems = useMemo(
    () => (found ? found.slice(0, PAGE) : (read?.items ?? NO_ITEMS)).map(({ json }) => json),
    [found, read],
  );
  if (view === "table") {
    return (
      <TableView
        count={matches ? matches.length : total}
        at={(row) => (matches ? matches[row] : withIndex(items, row))}
        sample={sample}
        base={base}
        onRange={items.need}
      />
    );
  }
  const go = (to: number) => {
    setPage(to);
    items.need(to * PAGE, to * PAGE);
  };
  return (
    <>
      {view === "json" ? (
        <JsonView key={page} items={pageItems} first={found ? 0 : page * PAGE} base={base} />
      ) : (
        <SchemaView items={pageItems} base={base} />
      )}
      {!found && total > PAGE && <Pager page={page} total={total} go={go} />}
      {read?.cut && <div className={classes.foot}>Long texts are cut for display.</div>}
    </>
  );
}

const NO_ITEMS: readonly never[] = [];

function withIndex(items: Items, index: number) {
  const item = items.at(index);
  return item && { index, item };
}

function Pager({ page, total, go }: { page: number; total: number; go(page: number): void }) {
  const last = Math.ceil(total / PAGE) - 1;
  const from = page * PAGE + 1;
  const to = Math.min(total, (page + 1) * PAGE);
  return (
    <div className={classes.foot}>
      <IconAction label="Earlier items" size={22} disabled={page === 0} onClick={() => go(page - 1)}>
        <IconChevronLeft size={15} />
      </IconAction>
      <span>
        Items {from.toLocaleString("en")} to {to.toLocaleString("en")} of {total.toLocaleString("en")}
      </span>
      <IconAction label="Later items" size={22} disabled={page === last} onClick={() => go(page + 1)}>
        <IconChevronRight size={15} />
      </IconAction>
    </div>
  );
}

function foundText({ matches, searched, done }: ItemSearch, total: number): string {
  const found = counted(matches.length, "match", "matches");
  return done ? found : `${found}, ${Math.floor((searched / Math.max(1, total)) * 100)} % searched`;
}
