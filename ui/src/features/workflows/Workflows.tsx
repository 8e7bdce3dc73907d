/** The list of workflows: the first thing the user sees. */
import { Button, Skeleton, Text, TextInput } from "@mantine/core";
import { IconPlus, IconSchema, IconSearch } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { WorkflowSummary } from "../../bindings/WorkflowSummary";
import { Keys } from "../../components/Keys";
import { isTyping } from "../../state/commands";
import { useNavigation } from "../../state/navigation";
import { useWorkflows } from "../../state/workflows";
import { ImportButton } from "./ImportButton";
import { listMove } from "./listMove";
import { useWorkflowPaste } from "./useWorkflowPaste";
import { WorkflowRow } from "./WorkflowRow";
import classes from "./Workflows.module.css";

/** Rows drawn at first and added when the end comes into view: a list of thousands stays quick. */
const PAGE = 60;

/** The list with its search field. */
export function Workflows() {
  const workflows = useWorkflows((state) => state.workflows);
  const loaded = useWorkflows((state) => state.loaded);
  const error = useWorkflows((state) => state.error);
  const [query, setQuery] = useState("");
  const found = useMemo(() => search(workflows, query), [workflows, query]);
  const searchField = useRef<HTMLInputElement>(null);
  useFirstKeys(searchField);
  useWorkflowPaste();

  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <div className={classes.tools}>
          <h1 className={classes.title}>Workflows</h1>
          <TextInput
            ref={searchField}
            className={classes.search}
            size="xs"
            placeholder="Search workflows"
            aria-label="Search workflows"
            leftSection={<IconSearch size={15} />}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") setQuery("");
              if (event.key === "ArrowDown") focusRow(0);
              if (event.key === "Enter" && found[0]) useNavigation.getState().goToWorkflow(found[0].id);
            }}
          />
          <ImportButton />
          <Button
            leftSection={<IconPlus size={15} />}
            rightSection={<Keys keys="mod+N" />}
            onClick={() => void create()}
          >
            New workflow
          </Button>
        </div>
        {error && !loaded ? (
          <Failed message={error.message} hint={error.hint} />
        ) : !loaded ? (
          <Loading />
        ) : workflows.length === 0 ? (
          <Empty />
        ) : found.length === 0 ? (
          <Text c="dimmed" ta="center" py="xl" className={classes.nothing}>
            No workflow fits “{query.slice(0, 80)}”.
          </Text>
        ) : (
          <List key={query} workflows={found} />
        )}
      </div>
    </div>
  );
}

function List({ workflows }: { workflows: readonly WorkflowSummary[] }) {
  const [shown, setShown] = useState(PAGE);
  const [renaming, setRenaming] = useState<string | null>(null);
  const end = useRef<HTMLDivElement>(null);
  const more = shown < workflows.length;
  useEffect(() => {
    if (!end.current || !more) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setShown((count) => count + PAGE));
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [more]);

  return (
    <div className={classes.table}>
      <div className={classes.head} aria-hidden>
        <span>Name</span>
        <span>Uses</span>
        <span className={classes.right}>Nodes</span>
        <span className={classes.right}>Changed</span>
        <span />
      </div>
      <ul
        className={classes.rows}
        aria-label="Workflows"
        onKeyDown={(event) => {
          const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
          const at = document.activeElement instanceof HTMLElement ? rows.indexOf(document.activeElement) : -1;
          const to = listMove(event.key, at, rows.length);
          if (to === null) return;
          event.preventDefault();
          rows[to]?.focus();
        }}
      >
        {workflows.slice(0, shown).map((workflow) => (
          <WorkflowRow
            key={workflow.id}
            workflow={workflow}
            renaming={renaming === workflow.id}
            onRenaming={(on) => setRenaming(on ? workflow.id : null)}
          />
        ))}
      </ul>
      {more && <div ref={end} className={classes.end} />}
    </div>
  );
}

function Loading() {
  return (
    <div className={classes.table} aria-busy>
      {[0, 1, 2, 3, 4].map((row) => (
        <div key={row} className={classes.skeleton}>
          <Skeleton height={14} width={220 - row * 18} />
          <Skeleton height={10} width={320 - row * 24} mt={8} />
        </div>
      ))}
    </div>
  );
}

function Empty() {
  return (
    <div className={classes.empty}>
      <div className={classes.emptyTile}>
        <IconSchema size={24} stroke={1.5} />
      </div>
      <Text fw={600} size="md">
        No workflows yet
      </Text>
      <Text c="dimmed" mb="md">
        Put nodes together on a canvas, or tell the assistant what you need.
      </Text>
      <div className={classes.emptyWays}>
        <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => void create()}>
          New workflow
        </Button>
        <ImportButton size="sm" />
      </div>
    </div>
  );
}

function Failed({ message, hint }: { message: string; hint: string }) {
  return (
    <div className={classes.empty} role="alert">
      <Text fw={600}>{message}</Text>
      <Text c="dimmed" mb="md">
        {hint}
      </Text>
      <Button variant="default" onClick={() => void useWorkflows.getState().load()}>
        Try again
      </Button>
    </div>
  );
}

/** Keys that work before anything has the focus: `/` searches, an arrow goes to the first row. */
function useFirstKeys(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target, key } = event;
      if (event.defaultPrevented || isTyping(target)) return;
      if (target instanceof Element && target.closest("[role=dialog], [role=menu]")) return;
      if (key === "/") field.current?.focus();
      else if (key === "ArrowDown" && target === document.body) focusRow(0);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [field]);
}

async function create(): Promise<void> {
  const workflow = await useWorkflows.getState().create();
  if (workflow) useNavigation.getState().goToWorkflow(workflow.id);
}

function focusRow(index: number): void {
  document.querySelectorAll<HTMLElement>("[data-row]")[index]?.focus();
}

/** Workflows whose name or description has every word. */
function search(workflows: readonly WorkflowSummary[], query: string): readonly WorkflowSummary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return workflows;
  return workflows.filter(({ name, description }) => {
    const text = `${name}\n${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
