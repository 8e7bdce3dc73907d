/**
 * What a run did with a node, over its card. Each mark listens to its own node: an event draws one node again, not the
 * canvas.
 */
import { IconPinFilled, IconRepeat } from "@tabler/icons-react";
import { memo } from "react";
import type { NodeId } from "../../bindings/NodeId";
import { RUN_LOOKS, RunState } from "../../components/RunState";
import { usePins } from "../../state/pins";
import { useRuns } from "../../state/runs";
import classes from "./RunMark.module.css";

/** The marks of one node; nothing while it has not run. */
export const RunMark = memo(function RunMark({ nodeId }: { nodeId: NodeId }) {
  const node = useRuns((state) => state.view.nodes.get(nodeId));
  const stale = useRuns((state) => state.stale.has(nodeId));
  const done = useRuns((state) => (node?.status === "running" ? state.view.progress.get(node.latest) : undefined));
  const pinned = usePins((state) => state.pins.has(nodeId));
  if (!node && !pinned) return null;
  const title = node && (stale ? `${RUN_LOOKS[node.status].text}, before the last change` : undefined);
  return (
    <span className={classes.mark} data-status={node?.status} data-stale={stale || undefined} data-testid="run-mark">
      {node && (
        <span className={classes.state} title={title}>
          <RunState status={node.status} size={18} />
        </span>
      )}
      <span className={classes.badges}>
        {done !== undefined && <span className={classes.badge}>{done.toLocaleString("en")}</span>}
        {node && node.count > 1 && (
          <span className={classes.badge} title={`Ran ${node.count} times`}>
            ×{node.count}
          </span>
        )}
        {pinned && (
          <span className={classes.badge} role="img" aria-label="Pinned output" title="Test runs use the pinned output">
            <IconPinFilled size={11} />
          </span>
        )}
        {!pinned && node && node.reused === node.count && (
          <span className={classes.badge} role="img" aria-label="Reused" title="Taken from an earlier run">
            <IconRepeat size={11} />
          </span>
        )}
      </span>
    </span>
  );
});
