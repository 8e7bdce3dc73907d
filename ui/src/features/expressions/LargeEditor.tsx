/** The editor over the window: the data on the left, the text in the middle, the result below. */
import { Modal } from "@mantine/core";
import { useRef } from "react";
import type { NodeId } from "../../bindings/NodeId";
import { DataTree } from "./DataTree";
import classes from "./Expressions.module.css";
import { type EditorHandle, type EditorProps, LazyEditor } from "./LazyEditor";
import { PreviewPane } from "./PreviewPane";
import { usePreview } from "./usePreview";

interface Props {
  title: string;
  opened: boolean;
  onClose(): void;
  editor: EditorProps;
  /** Shows what this expression of the node gives. */
  preview?: { nodeId: NodeId; text: string };
  /** Whether the data can be used in the text. */
  data: boolean;
}

/** The large editor. What is typed goes where the small one's goes, so closing loses nothing. */
export function LargeEditor({ title, opened, onClose, editor, preview, data }: Props) {
  const handle = useRef<EditorHandle>(null);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys of the dialog, which is drawn elsewhere
    <div
      className={classes.keys}
      onKeyDown={(event) => {
        // The form around has keys of its own.
        event.stopPropagation();
        if (event.key === "Escape" && !event.isDefaultPrevented()) onClose();
      }}
    >
      <Modal
        opened={opened}
        onClose={onClose}
        title={title}
        size={1080}
        // Escape first closes a list of suggestions: see above.
        closeOnEscape={false}
        classNames={{
          content: classes.large,
          header: classes.largeHead,
          title: classes.title,
          body: classes.largeBody,
        }}
        attributes={{ body: { "data-plain": !data || undefined } }}
      >
        {data && <DataTree onPick={(path) => handle.current?.insert(path)} />}
        <div className={classes.largeMain}>
          <div className={classes.largeEditor}>
            <LazyEditor {...editor} id={undefined} handle={handle} focus lines={editor.language !== "expression"} />
          </div>
          {preview && <LargePreview {...preview} />}
        </div>
      </Modal>
    </div>
  );
}

function LargePreview({ nodeId, text }: { nodeId: NodeId; text: string }) {
  return <PreviewPane preview={usePreview(nodeId, text)} text={text} large />;
}
