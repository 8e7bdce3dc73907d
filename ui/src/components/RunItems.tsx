/** Running a part of the workflow, as entries of a node's menu. */
import { Menu } from "@mantine/core";
import { IconPinnedOff, IconPlayerPlay, IconPlayerSkipForward } from "@tabler/icons-react";
import type { NodeId } from "../bindings/NodeId";
import { usePins } from "../state/pins";
import { runFrom, runTo, unpin, useIsRunning } from "../state/runCommands";

/** The entries. While something runs, nothing else can be started. */
export function RunItems({ nodeId }: { nodeId: NodeId }) {
  const running = useIsRunning();
  const pinned = usePins((state) => state.pins.has(nodeId));
  return (
    <>
      <Menu.Item leftSection={<IconPlayerPlay size={15} />} disabled={running} onClick={() => void runTo(nodeId)}>
        Run to this node
      </Menu.Item>
      <Menu.Item
        leftSection={<IconPlayerSkipForward size={15} />}
        disabled={running}
        onClick={() => void runFrom(nodeId)}
      >
        Run from this node
      </Menu.Item>
      {pinned && (
        <Menu.Item leftSection={<IconPinnedOff size={15} />} onClick={() => void unpin(nodeId)}>
          Unpin the output
        </Menu.Item>
      )}
    </>
  );
}
