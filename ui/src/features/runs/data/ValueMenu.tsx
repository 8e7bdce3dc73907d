/** What can be done with one value of an item: its text, and how an expression says it. */
import { Menu } from "@mantine/core";
import { IconBraces, IconCopy } from "@tabler/icons-react";
import { displayText } from "../../../components/displayText";
import { Keys } from "../../../components/Keys";
import { type Base, expressionOf, type Path } from "../../../graph/expressions/paths";
import { useToasts } from "../../../state/toasts";
import classes from "./Data.module.css";

/** Characters of a value that the menu shows. */
const SHOWN = 4_000;

/** A value that was clicked. */
export interface Picked {
  readonly value: unknown;
  readonly path: Path;
  /** Where, in window pixels. */
  readonly x: number;
  readonly y: number;
}

/** The menu at the value, while one is picked. */
export function ValueMenu({ picked, base, onClose }: { picked: Picked | null; base: Base; onClose(): void }) {
  if (!picked) return null;
  return (
    <Menu opened onChange={onClose} position="bottom-start" offset={4} width={300}>
      <Menu.Target>
        <span style={{ position: "fixed", left: picked.x, top: picked.y }} />
      </Menu.Target>
      <Menu.Dropdown>
        <pre className={classes.preview}>{previewText(picked.value)}</pre>
        <Menu.Item
          leftSection={<IconCopy size={15} />}
          rightSection={<Keys keys="mod+C" />}
          onClick={() => void copy(valueText(picked.value), "The value")}
        >
          Copy value
        </Menu.Item>
        <Menu.Item
          leftSection={<IconBraces size={15} />}
          rightSection={<Keys keys="mod+Shift+C" />}
          onClick={() => void copy(expressionOf(base, picked.path), "The path")}
        >
          Copy path
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The beginning of a value, as it is read. */
function previewText(value: unknown): string {
  const text = displayText(valueText(value), SHOWN);
  return text === "" ? "(empty)" : text;
}

/** A value as text: a text as it is, anything else as JSON. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}

/** Puts a text on the clipboard and says so. */
export async function copy(text: string, what: string): Promise<void> {
  const { show } = useToasts.getState();
  try {
    await navigator.clipboard.writeText(text);
    show({ kind: "success", message: `${what} was copied.`, duration: 2500 });
  } catch {
    show({ kind: "error", message: "The clipboard cannot be reached.", hint: "Select the text and copy it." });
  }
}
