/** Says that the canvas shows an old version, with the two ways on from there. At the foot of the list of versions. */
import { Button } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { timeAgo } from "../../components/times";
import { useEditor } from "../../state/editor";
import classes from "./Versions.module.css";

/** The bar, while an old version is shown. */
export function PreviewBar() {
  const preview = useEditor((state) => state.preview);
  if (!preview) return null;
  const { restoreVersion, setPreview } = useEditor.getState();
  return (
    <div className={classes.bar} role="status">
      <span className={classes.shown}>
        <IconHistory size={16} />
        Showing version {preview.version_number}, {timeAgo(preview.created_at)}
      </span>
      <div className={classes.ways}>
        <Button fullWidth variant="default" onClick={() => setPreview(null)}>
          Back to current
        </Button>
        <Button fullWidth onClick={() => void restoreVersion(preview.version_number)}>
          Restore
        </Button>
      </div>
    </div>
  );
}
