/** Every shortcut that works now, in one list. */
import { Modal, Text } from "@mantine/core";
import { Keys } from "../../components/Keys";
import { type UiCommand, useCommands } from "../../state/commands";
import { usePanels } from "../../state/panels";
import classes from "./ShortcutsHelp.module.css";

/** Shortcuts of the browser's own events, which are no commands. */
const CLIPBOARD: UiCommand[] = [
  { id: "copy", label: "Copy selection", group: "Edit", keys: ["mod+C"], run: () => undefined },
  { id: "cut", label: "Cut selection", group: "Edit", keys: ["mod+X"], run: () => undefined },
  { id: "paste", label: "Paste", group: "Edit", keys: ["mod+V"], run: () => undefined },
];

/** The list, while it is open. */
export function ShortcutsHelp() {
  const opened = usePanels((state) => state.helpOpen);
  const commands = useCommands((state) => state.commands);
  const groups = new Map<string, UiCommand[]>();
  const onCanvas = commands.has("edit.undo");
  for (const command of [...commands.values(), ...(onCanvas ? CLIPBOARD : [])]) {
    if (command.keys && command.help !== null)
      groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return (
    <Modal
      opened={opened}
      onClose={() => usePanels.getState().setHelpOpen(false)}
      title={<Text fw={600}>Keyboard shortcuts</Text>}
      size={640}
    >
      <div className={classes.columns}>
        {[...groups].map(([group, entries]) => (
          <section key={group} className={classes.group}>
            <h3 className={classes.title}>{group}</h3>
            {entries.map((command) => (
              <div key={command.id} className={classes.row}>
                <span>{command.label}</span>
                <Keys keys={command.help ?? command.keys?.[0] ?? ""} />
              </div>
            ))}
          </section>
        ))}
      </div>
    </Modal>
  );
}
