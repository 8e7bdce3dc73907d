/** Says that edits cannot be stored right now, and that they are kept and tried again. */
import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { sentences } from "../../components/sentences";
import { useEditor } from "../../state/editor";
import classes from "./EditorScreen.module.css";

/** The banner, while edits wait for the disk. */
export function BlockedBanner() {
  const blocked = useEditor((state) => state.blocked);
  const waiting = useEditor((state) => state.waiting);
  if (!blocked) return null;
  const edits = waiting === 1 ? "Your last change is" : `Your last ${waiting} changes are`;
  return (
    <div className={classes.blocked} role="alert">
      <IconAlertTriangle size={16} />
      <span>
        <strong>{sentences(blocked.message)}</strong> {edits} kept here and saved as soon as it works again.{" "}
        {blocked.hint}
      </span>
      <Button variant="default" size="compact-sm" ml="auto" onClick={() => useEditor.getState().retry()}>
        Try again now
      </Button>
    </div>
  );
}
