/** Says that a file may be dropped, while one is held over the window. */
import { IconFileImport } from "@tabler/icons-react";
import classes from "./Exchange.module.css";
import { useFileDrop } from "./useFileDrop";

/** Covers the window while a file is held over it. */
export function DropTarget() {
  const over = useFileDrop();
  if (!over) return null;
  return (
    <div className={classes.drop} role="status">
      <IconFileImport size={28} stroke={1.5} />
      Drop a workflow to import it
    </div>
  );
}
