/** The parts of the twin. One line each. */

import { applicationCommands } from "./application";
import { chatCommands } from "./chat";
import { credentialCommands } from "./credentials";
import { draftCommands } from "./drafts";
import { exchangeCommands } from "./exchange";
import type { Part } from "./part";
import { proposalCommands } from "./proposals";
import { runCommands } from "./runs/commands";
import { keptCommands } from "./runs/kept";
import { previewCommands } from "./runs/previews";
import { roomCommands } from "./runs/room";
import { settingsCommands } from "./settings";
import { tableCommands } from "./tables";
import { variableCommands } from "./variables";
import { workflowCommands } from "./workflows";
import type { World } from "./world";

/** Every part, in no particular order. */
export const PARTS: ((world: World) => Part)[] = [
  applicationCommands,
  workflowCommands,
  exchangeCommands,
  chatCommands,
  draftCommands,
  proposalCommands,
  settingsCommands,
  runCommands,
  keptCommands,
  previewCommands,
  credentialCommands,
  tableCommands,
  roomCommands,
  variableCommands,
];
