/** The menu that adds a node where it was asked for. */
import { useClickOutside } from "@mantine/hooks";
import { ActionPicker } from "../../components/ActionPicker";
import { useCanvasView } from "../../state/canvasView";
import { addNode, addNodeBesideSelection } from "../../state/nodeOperations";
import classes from "./Canvas.module.css";

const SIZE = { width: 300, height: 340 };

/** The open quick-add, if any. */
export function QuickAddMenu() {
  const quickAdd = useCanvasView((state) => state.quickAdd);
  const setQuickAdd = useCanvasView((state) => state.setQuickAdd);
  const menu = useClickOutside<HTMLDivElement>(() => setQuickAdd(null));
  if (!quickAdd) return null;
  const { at, position, from, edgeId } = quickAdd;
  const left = Math.max(8, Math.min(at.x, window.innerWidth - SIZE.width - 8));
  const top = Math.max(8, Math.min(at.y, window.innerHeight - SIZE.height - 8));
  return (
    <div ref={menu} className={classes.quickAdd} style={{ left, top }} role="dialog" aria-label="Add a node">
      <ActionPicker
        autoFocus
        withoutTriggers={from !== undefined || edgeId !== undefined}
        onClose={() => {
          setQuickAdd(null);
          useCanvasView.getState().view?.focus();
        }}
        onPick={({ connector, action }) => {
          setQuickAdd(null);
          const placed = position || from || edgeId !== undefined;
          if (placed) addNode(connector, action, { position, from, edgeId });
          else addNodeBesideSelection(connector, action);
        }}
      />
    </div>
  );
}
