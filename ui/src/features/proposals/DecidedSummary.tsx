/** What was decided, with a way back while the version it made is the newest. */
import { Button } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import type { ProposedAction } from "../../bindings/ProposedAction";
import { useEditor } from "../../state/editor";
import classes from "./ProposalCard.module.css";

/** One line for every version the proposal has made, newest last. */
export function DecidedSummary({ actions }: { actions: readonly ProposedAction[] }) {
  const versions = new Map<number, number>();
  let rejected = 0;
  for (const { decision } of actions) {
    if (decision.type === "applied")
      versions.set(decision.version_number, (versions.get(decision.version_number) ?? 0) + 1);
    if (decision.type === "rejected") rejected += 1;
  }
  if (versions.size === 0 && rejected === 0) return null;
  return (
    <footer className={classes.decided}>
      {[...versions].map(([version, count]) => (
        <div key={version}>
          <span>
            {count} applied as version {version}
          </span>
          <Undo version={version} />
        </div>
      ))}
      {rejected > 0 && <div>{rejected} rejected</div>}
    </footer>
  );
}

function Undo({ version }: { version: number }) {
  const newest = useEditor(({ workflow, canUndo }) => canUndo && workflow?.active_version === version);
  const undo = useEditor((state) => state.undo);
  if (!newest) return null;
  return (
    <Button size="compact-xs" variant="subtle" leftSection={<IconArrowBackUp size={14} />} onClick={() => void undo()}>
      Undo
    </Button>
  );
}
