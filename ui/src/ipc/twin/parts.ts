/** The parts of the twin. One line each. */

import { applicationCommands } from "./application";
import type { Part } from "./part";
import { workflowCommands } from "./workflows";
import type { World } from "./world";

/** Every part, in no particular order. */
export const PARTS: ((world: World) => Part)[] = [applicationCommands, workflowCommands];
