/** An expression in a form: its editor, with the result below while it is being written. */
import { Popover } from "@mantine/core";
import { IconArrowsDiagonal } from "@tabler/icons-react";
import { useId, useMemo, useState } from "react";
import type { NodeId } from "../../bindings/NodeId";
import { IconAction } from "../../components/IconAction";
import { useSources } from "./data";
import classes from "./Expressions.module.css";
import { LargeEditor } from "./LargeEditor";
import { type EditorProps, LazyEditor } from "./LazyEditor";
import { takeFocus } from "./modes";
import { PreviewPane, SpokenResult } from "./PreviewPane";
import { problemsOf, usePreview } from "./usePreview";

interface Props {
  id?: string;
  nodeId: NodeId;
  /** See `fieldKey`. */
  fieldKey: string;
  label: string;
  /** The whole text, with its `=`. */
  value: string;
  onChange(value: string): void;
  invalid: boolean;
  placeholder?: string;
  rows?: number;
}

/** The field. */
export function ExpressionField({ id, nodeId, fieldKey, label, value, onChange, invalid, ...look }: Props) {
  const spoken = useId();
  const [writing, setWriting] = useState(false);
  const [large, setLarge] = useState(false);
  const [focus] = useState(() => takeFocus(fieldKey));
  useSources(nodeId);
  const preview = usePreview(nodeId, value);
  const found = problemsOf(preview, value);
  // The editor's text begins behind the `=`.
  const problems = useMemo(
    () =>
      found.map(({ message, start, end }) => ({ message, start: Math.max(0, start - 1), end: Math.max(0, end - 1) })),
    [found],
  );
  const editor: EditorProps = {
    ...look,
    id,
    label,
    value: value.slice(1),
    onChange: (text) => onChange(`=${text}`),
    language: "expression",
    describedBy: spoken,
    invalid: invalid || found.length > 0,
    problems,
    focus,
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only watches the keyboard of the editor inside
    <div
      className={classes.expression}
      onFocus={() => setWriting(true)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setWriting(false);
      }}
      onKeyDown={(event) => {
        // Escape that closed the suggestions leaves the form open.
        if (event.key === "Escape" && event.isDefaultPrevented()) event.stopPropagation();
      }}
    >
      <Popover
        opened={writing && !large}
        position="bottom-start"
        width="target"
        offset={4}
        withinPortal={false}
        floatingStrategy="fixed"
        trapFocus={false}
        returnFocus={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        withRoles={false}
        transitionProps={{ duration: 0 }}
      >
        <Popover.Target>
          <div>
            <LazyEditor {...editor} />
          </div>
        </Popover.Target>
        <Popover.Dropdown className={classes.dropdown}>
          <PreviewPane preview={preview} text={value} />
        </Popover.Dropdown>
      </Popover>
      <IconAction
        className={classes.enlarge}
        label={`Larger editor for ${label}`}
        size={20}
        onClick={() => setLarge(true)}
      >
        <IconArrowsDiagonal size={13} />
      </IconAction>
      <SpokenResult id={spoken} preview={preview} text={value} />
      <LargeEditor
        title={label}
        opened={large}
        onClose={() => setLarge(false)}
        editor={editor}
        preview={{ nodeId, text: value }}
        data
      />
    </div>
  );
}
