/** Everything that can be put on the canvas, at its left. */
import { Text } from "@mantine/core";
import { IconLayoutSidebarLeftCollapse } from "@tabler/icons-react";
import { ActionPicker } from "../../components/ActionPicker";
import { IconAction } from "../../components/IconAction";
import { useDrag } from "../../state/drag";
import { useEditor } from "../../state/editor";
import { addNodeBesideSelection } from "../../state/nodeOperations";
import { usePanels } from "../../state/panels";
import classes from "./Palette.module.css";

/** The palette, while it is open. */
export function Palette() {
  const open = usePanels((state) => state.paletteOpen);
  const setOpen = usePanels((state) => state.setPaletteOpen);
  const drag = useDrag((state) => state.move);
  const preview = useEditor((state) => state.preview !== null);
  if (!open) return null;
  return (
    <nav className={classes.palette} aria-label="Nodes to add" inert={preview}>
      <div className={classes.head}>
        <Text fw={600}>Nodes</Text>
        <IconAction label="Hide the palette" keys="mod+B" size={24} onClick={() => setOpen(false)}>
          <IconLayoutSidebarLeftCollapse size={16} />
        </IconAction>
      </div>
      <div className={classes.body}>
        <ActionPicker
          pickOn="doubleClick"
          onPick={({ connector, action }) => addNodeBesideSelection(connector, action)}
          onDrag={drag}
        />
      </div>
      <div className={classes.foot}>Drag or double-click to add</div>
    </nav>
  );
}
