/** The twin's application: its state and the window's own commands. */
import type { Part } from "./part";
import type { World } from "./world";

/** The window, as tests see it from outside. */
export class TwinWindow {
  hidden = false;
  quit = false;
  private readonly listeners = new Set<() => void>();

  /** The user closes the window while workflows are switched on. */
  askClose(): void {
    for (const listener of this.listeners) listener();
  }

  onCloseAsked(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const known = new WeakMap<World, TwinWindow>();

/** The window of a twin. */
export function windowOf(world: World): TwinWindow {
  const found = known.get(world) ?? new TwinWindow();
  known.set(world, found);
  return found;
}

/** Commands that belong to the application as a whole. */
export function applicationCommands(world: World): Part {
  const window = windowOf(world);
  return {
    commands: {
      status: () => ({ version: "0.1.0", data_folder: "memory", read_only: false, notices: world.notices }),
      window_ready: () => null,
      remember_place: () => null,
      hide_window: () => {
        window.hidden = true;
        return null;
      },
      quit: () => {
        window.quit = true;
        return null;
      },
    },
  };
}
