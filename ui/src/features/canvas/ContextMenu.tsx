/** What can be done with what is under the pointer, on a right click. */
import { Menu } from "@mantine/core";
import {
  IconCopy,
  IconLayoutDistributeHorizontal,
  IconMaximize,
  IconPencil,
  IconPlus,
  IconPower,
  IconTrash,
} from "@tabler/icons-react";
import { Keys } from "../../components/Keys";
import { RunItems } from "../../components/RunItems";
import { useCanvasView } from "../../state/canvasView";
import { deleteSelection, duplicateSelection, tidy } from "../../state/nodeOperations";
import { toggleDisabled, useSelectionDisabled } from "../../state/nodeSettings";
import { useSelection } from "../../state/selection";

/** Where a menu is open, in window pixels, and for which node. */
export interface MenuPlace {
  x: number;
  y: number;
  nodeId: string | null;
}

/** The open menu, if any. */
export function ContextMenu({ place, onClose }: { place: MenuPlace | null; onClose(): void }) {
  if (!place) return null;
  return (
    <Menu opened onChange={onClose} position="bottom-start" offset={0} width={210}>
      <Menu.Target>
        <span style={{ position: "fixed", left: place.x, top: place.y }} />
      </Menu.Target>
      <Menu.Dropdown>
        {place.nodeId === null ? <PaneItems place={place} /> : <NodeItems nodeId={place.nodeId} />}
      </Menu.Dropdown>
    </Menu>
  );
}

function NodeItems({ nodeId }: { nodeId: string }) {
  const several = useSelection((state) => state.nodes.size > 1);
  const disabled = useSelectionDisabled();
  return (
    <>
      {!several && (
        <>
          <RunItems nodeId={nodeId} />
          <Menu.Divider />
        </>
      )}
      {!several && (
        <Menu.Item
          leftSection={<IconPencil size={15} />}
          rightSection={<Keys keys="F2" />}
          onClick={() => useSelection.getState().inspect(nodeId, "label")}
        >
          Rename
        </Menu.Item>
      )}
      <Menu.Item leftSection={<IconCopy size={15} />} rightSection={<Keys keys="mod+D" />} onClick={duplicateSelection}>
        Duplicate
      </Menu.Item>
      <Menu.Item leftSection={<IconPower size={15} />} rightSection={<Keys keys="D" />} onClick={toggleDisabled}>
        {disabled ? "Switch on" : "Switch off"}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item
        color="red"
        leftSection={<IconTrash size={15} />}
        rightSection={<Keys keys="Delete" />}
        onClick={deleteSelection}
      >
        Delete
      </Menu.Item>
    </>
  );
}

function PaneItems({ place }: { place: MenuPlace }) {
  const { view, setQuickAdd } = useCanvasView.getState();
  const add = () => {
    const position = view?.atPoint(place.x, place.y);
    setQuickAdd({ at: { x: place.x, y: place.y }, ...(position ? { position } : {}) });
  };
  return (
    <>
      <Menu.Item leftSection={<IconPlus size={15} />} rightSection={<Keys keys="/" />} onClick={add}>
        Add a node here
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<IconMaximize size={15} />} rightSection={<Keys keys="1" />} onClick={() => view?.fit()}>
        Fit the workflow
      </Menu.Item>
      <Menu.Item
        leftSection={<IconLayoutDistributeHorizontal size={15} />}
        rightSection={<Keys keys="Shift+T" />}
        onClick={tidy}
      >
        Tidy up
      </Menu.Item>
    </>
  );
}
