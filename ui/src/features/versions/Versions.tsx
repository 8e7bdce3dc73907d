/** The history of the open workflow: every version, to look at and to go back to. */
import { Button, CloseButton, Loader, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import type { Origin } from "../../bindings/Origin";
import type { VersionSummary } from "../../bindings/VersionSummary";
import { fullTime, timeAgo } from "../../components/times";
import { asCoreError, call } from "../../ipc";
import { useEditor } from "../../state/editor";
import { usePanels } from "../../state/panels";
import { toastError } from "../../state/toasts";
import { Comparison } from "./Comparison";
import { PreviewBar } from "./PreviewBar";
import classes from "./Versions.module.css";

/** How many versions are listed first, and how many more each time. */
const PAGE = 100;

/** The drawer, while it is open. */
export function Versions() {
  const open = usePanels((state) => state.versionsOpen);
  const workflowId = useEditor((state) => state.workflow?.id);
  return open && workflowId ? <Drawer key={workflowId} workflowId={workflowId} /> : null;
}

function Drawer({ workflowId }: { workflowId: string }) {
  const [limit, setLimit] = useState(PAGE);
  const { versions, error, reload } = useVersions(workflowId, limit);
  const preview = useEditor((state) => state.preview);
  const close = () => {
    useEditor.getState().setPreview(null);
    usePanels.getState().setVersionsOpen(false);
  };

  return (
    <aside
      className={classes.drawer}
      aria-label="Versions"
      data-covers-canvas
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <header className={classes.head}>
        <Text fw={600}>Versions</Text>
        <CloseButton aria-label="Close the versions" size="sm" onClick={close} />
      </header>
      <div className={classes.list}>
        {versions === null && !error && <Loader size="sm" m="md" />}
        {error && (
          <div className={classes.failed}>
            <Text size="sm">{error.message}</Text>
            <Button mt="xs" variant="default" onClick={reload}>
              Try again
            </Button>
          </div>
        )}
        {versions?.map((version) => (
          <Item
            key={version.version_number}
            version={version}
            selected={preview ? preview.version_number === version.version_number : version.is_active}
            onSelect={() => void show(workflowId, version)}
          />
        ))}
        {versions && versions.length >= limit && (
          <Button variant="subtle" fullWidth onClick={() => setLimit(limit + PAGE)}>
            Show older versions
          </Button>
        )}
      </div>
      <Comparison />
      <PreviewBar />
    </aside>
  );
}

interface ItemProps {
  version: VersionSummary;
  selected: boolean;
  onSelect(): void;
}

function Item({ version, selected, onSelect }: ItemProps) {
  return (
    <button type="button" className={classes.item} aria-current={selected || undefined} onClick={onSelect}>
      <span className={classes.number}>{version.version_number}</span>
      <span className={classes.text}>
        <span className={classes.origin}>
          {version.version_number === 1 && version.origin.type === "user" ? "Created" : originText(version.origin)}
        </span>
        <span className={classes.detail} title={fullTime(version.created_at)}>
          {timeAgo(version.created_at)} · {version.node_count === 1 ? "1 node" : `${version.node_count} nodes`}
        </span>
      </span>
      {version.is_active && <span className={classes.current}>Current</span>}
    </button>
  );
}

/** The versions, read again whenever the workflow changes. */
function useVersions(workflowId: string, limit: number) {
  const active = useEditor((state) => state.workflow?.active_version);
  const [versions, setVersions] = useState<VersionSummary[] | null>(null);
  const [error, setError] = useState<CoreError | null>(null);
  const reload = useCallback(async () => {
    try {
      setVersions(await call("list_versions", { workflow_id: workflowId, limit }));
      setError(null);
    } catch (cause) {
      setError(asCoreError(cause));
    }
  }, [workflowId, limit]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new active version is a new list
  useEffect(() => void reload(), [reload, active]);
  return { versions, error, reload };
}

/** Shows a version on the canvas; the current one is the workflow itself. */
async function show(workflowId: string, version: VersionSummary): Promise<void> {
  const { setPreview } = useEditor.getState();
  if (version.is_active) {
    setPreview(null);
    return;
  }
  try {
    setPreview(await call("get_version", { workflow_id: workflowId, version_number: version.version_number }));
  } catch (cause) {
    toastError(asCoreError(cause), () => void show(workflowId, version));
  }
}

/** Where a version came from, in words. */
function originText(origin: Origin): string {
  switch (origin.type) {
    case "user":
      return "Edited by you";
    case "assistant":
      return "Assistant’s proposal";
    case "import":
      return "Imported";
    case "restore":
      return `Version ${origin.version_number} restored`;
    case "undo":
      return `Undone, back to version ${origin.version_number}`;
    case "redo":
      return `Redone, on to version ${origin.version_number}`;
  }
}
