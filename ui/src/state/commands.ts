/**
 * What the user can do right now, from one table: the command palette, the keyboard and the list of shortcuts all read
 * it. Features add their commands while they are on screen.
 */
import { useEffect } from "react";
import { create } from "zustand";

/** One thing the user can do. */
export interface UiCommand {
  id: string;
  label: string;
  /** Heading in the palette and in the list of shortcuts. */
  group: string;
  /** Keys as `mod+Shift+Z`: `mod` is Ctrl, or Cmd on a Mac. The first one is shown. */
  keys?: readonly string[];
  /** Whether it works while the cursor is in a text field. */
  inFields?: boolean;
  /** For keys that buttons and lists have their own use for: works only while no such control has the focus. */
  yields?: boolean;
  /** Whether it is left out of the command palette, for keys that only make sense as keys. */
  keysOnly?: boolean;
  /** In the list of shortcuts: other keys to show instead, or nothing to leave it out. */
  help?: string | null;
  /** Does it. False: there was nothing to do, so the key keeps its usual meaning. */
  run(): unknown;
}

interface CommandsState {
  commands: ReadonlyMap<string, UiCommand>;
  add(commands: readonly UiCommand[]): () => void;
}

/** Every command that is available now. */
export const useCommands = create<CommandsState>()((set) => ({
  commands: new Map(),
  add(added) {
    set(({ commands }) => {
      const next = new Map(commands);
      for (const command of added) next.set(command.id, command);
      return { commands: next };
    });
    return () =>
      set(({ commands }) => {
        const next = new Map(commands);
        for (const command of added) if (next.get(command.id) === command) next.delete(command.id);
        return { commands: next };
      });
  },
}));

/** Offers commands while the component is on screen. The list must be memoised. */
export function useOfferedCommands(commands: readonly UiCommand[]): void {
  const add = useCommands((state) => state.add);
  useEffect(() => add(commands), [add, commands]);
}

/** The command a key press stands for; undefined when none. */
export function commandFor(event: KeyboardEvent): UiCommand | undefined {
  if (event.target instanceof HTMLElement && event.target.closest("[role=dialog]")) return undefined;
  const typing = isTyping(event.target);
  for (const command of useCommands.getState().commands.values()) {
    if (typing && !command.inFields) continue;
    if (command.yields && isControl(event.target)) continue;
    if (command.keys?.some((keys) => matches(keys, event))) return command;
  }
  return undefined;
}

/** The keys of a shortcut; a plus at its end is the plus key. */
function split(keys: string): string[] {
  return keys.endsWith("+") ? [...keys.slice(0, -1).split("+").filter(Boolean), "+"] : keys.split("+");
}

function matches(keys: string, event: KeyboardEvent): boolean {
  const parts = split(keys);
  const key = parts.at(-1) ?? "";
  const mod = parts.includes("mod");
  const shift = parts.includes("Shift");
  const pressedMod = event.ctrlKey || event.metaKey;
  // A printed character such as `?` already says whether Shift is held.
  const shiftFits = key.length === 1 && !/[a-z0-9]/i.test(key) ? true : event.shiftKey === shift;
  return mod === pressedMod && shiftFits && !event.altKey && event.key.toLowerCase() === key.toLowerCase();
}

/** Whether the key press belongs to a control, which has its own use for Enter, Tab and the arrows. */
function isControl(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("button, a, [role=menu], [role=dialog], [role=listbox]") !== null
  );
}

/** Whether the key press belongs to a text field. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** Keys as people read them: `Ctrl Shift Z`. */
export function keyNames(keys: string): string[] {
  const mac = navigator.platform.startsWith("Mac");
  const names: Record<string, string> = {
    mod: mac ? "⌘" : "Ctrl",
    Shift: mac ? "⇧" : "Shift",
    ArrowUp: "↑",
    ArrowDown: "↓",
    ArrowLeft: "←",
    ArrowRight: "→",
    Escape: "Esc",
    Delete: "Del",
  };
  return split(keys).map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}
