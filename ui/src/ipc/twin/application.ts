/** The twin's application: its state and the window's own commands. */
import type { Part } from "./part";
import type { World } from "./world";

/** Commands that belong to the application as a whole. */
export function applicationCommands(world: World): Part {
  return {
    commands: {
      status: () => ({ version: "0.1.0", data_folder: "memory", read_only: false, notices: world.notices }),
      window_ready: () => null,
    },
  };
}
