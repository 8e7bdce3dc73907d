/** What to look at in a workflow that was imported: a list over the canvas, each entry with the way to its node. */
import { Button, CloseButton } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import type { ImportNotice } from "../../bindings/ImportNotice";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { displayText } from "../../components/displayText";
import { useCanvasView } from "../../state/canvasView";
import { useEditor } from "../../state/editor";
import { useExchange } from "../../state/exchange";
import { useSelection } from "../../state/selection";
import classes from "./Exchange.module.css";

/** Notices drawn at first, and with every further step. */
const PAGE = 50;
/** Characters of a notice that are shown. */
const MAX_TEXT = 600;

/** The list for the open workflow, unless it was closed or dismissed. */
export function ImportNotices() {
  const workflowId = useEditor((state) => state.workflow?.id);
  const imported = useExchange((state) => (workflowId === undefined ? undefined : state.imported[workflowId]));
  if (workflowId === undefined || !imported?.open) return null;
  return <List key={workflowId} workflowId={workflowId} notices={imported.notices} />;
}

function List({ workflowId, notices }: { workflowId: WorkflowId; notices: readonly ImportNotice[] }) {
  const [shown, setShown] = useState(PAGE);
  const { setOpen, dismiss } = useExchange.getState();
  const more = notices.length - shown;
  return (
    <section className={classes.panel} aria-label="After the import">
      <header className={classes.header}>
        <IconFileImport size={16} />
        <h2 className={classes.title}>
          {notices.length === 1 ? "1 thing to look at" : `${notices.length} things to look at`}
        </h2>
        <CloseButton size="sm" aria-label="Close for now" onClick={() => setOpen(workflowId, false)} />
      </header>
      <ul className={classes.list}>
        {notices.slice(0, shown).map((notice, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <Entry key={place} notice={notice} />
        ))}
        {more > 0 && (
          <li>
            <Button variant="subtle" size="compact-xs" onClick={() => setShown(shown + PAGE)}>
              {more} more
            </Button>
          </li>
        )}
      </ul>
      <footer className={classes.footer}>
        <Button variant="default" size="compact-xs" onClick={() => dismiss(workflowId)}>
          Dismiss
        </Button>
      </footer>
    </section>
  );
}

function Entry({ notice }: { notice: ImportNotice }) {
  const there = useEditor((state) => notice.node_id !== null && state.graph.nodes.has(notice.node_id));
  const text = (
    <>
      {notice.node_id !== null && <bdi className={classes.label}>{displayText(notice.node_label)}</bdi>}
      <span>{displayText(notice.message, MAX_TEXT)}</span>
      {notice.hint !== "" && <span className={classes.hint}>{displayText(notice.hint, MAX_TEXT)}</span>}
    </>
  );
  return (
    <li>
      {notice.node_id !== null && there ? (
        <button type="button" className={classes.entry} onClick={() => show(notice.node_id ?? "")}>
          {text}
        </button>
      ) : (
        <div className={classes.entry}>{text}</div>
      )}
    </li>
  );
}

/** Selects a node and brings it into view. */
function show(nodeId: string): void {
  useSelection.getState().select([nodeId]);
  useSelection.getState().inspect(nodeId);
  useCanvasView.getState().view?.reveal([nodeId]);
}
