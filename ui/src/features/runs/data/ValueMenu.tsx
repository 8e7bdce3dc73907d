/** What can be done with one value of an item: its text, and how an expression says it. */
import { Menu } from "@mantine/core";
import { IconBraces, IconCopy } from "@tabler/icons-react";
import { type Base, expressionOf, type Path } from "../../../graph/expressions/paths";
import { useToasts } from "../../../state/toasts";

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
    <Menu opened onChange={onClose} position="bottom-start" offset={4} returnFocus>
      <Menu.Target>
        <span style={{ position: "fixed", left: picked.x, top: picked.y }} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void copy(valueText(picked.value), "The value")}>
          Copy value
        </Menu.Item>
        <Menu.Item
          leftSection={<IconBraces size={15} />}
          onClick={() => void copy(expressionOf(base, picked.path), "The path")}
        >
          Copy path
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A value as text: a text as it is, anything else as JSON. */
function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}

/** Puts a text on the clipboard and says so. */
async function copy(text: string, what: string): Promise<void> {
  const { show } = useToasts.getState();
  try {
    await navigator.clipboard.writeText(text);
    show({ kind: "success", message: `${what} was copied.`, duration: 2500 });
  } catch {
    show({ kind: "error", message: "The clipboard cannot be reached.", hint: "Select the text and copy it." });
  }
}
