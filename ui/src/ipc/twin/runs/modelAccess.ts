/** Whether the nodes of a run can get the models they ask, as the core finds it before the first step. */
import type { Problem } from "../../../bindings/Problem";
import { BUILT_IN, PROVIDERS, provider as registered } from "../registry";
import { machineOf, type TwinMachine } from "../settings";
import type { World } from "../world";

/** A model that a node asks. */
export interface Asked {
  /** The provider that it names; null for the default one. */
  provider: string | null;
  path: string;
  /** Begins the sentence about a node of a called workflow; empty for the workflow's own. */
  within: string;
}

const NO_MODEL =
  "The node needs a language model, and none is set up. Name a provider in the node, or choose one as the default in " +
  "Settings; a local one needs no key.";
const NO_KEYCHAIN =
  "There is no keychain, or it is not running. Start your desktop's keyring service, such as GNOME Keyring or KWallet, or " +
  "use the key for this session only.";

/** What keeps these models from being asked. */
export function withoutModel(world: World, asked: readonly Asked[]): Problem[] {
  const machine = machineOf(world);
  return asked.flatMap(({ provider, path, within }): Problem[] => {
    const obstacle = obstacleTo(machine, provider ?? machine.settings.default_provider);
    if (obstacle === null) return [];
    const code = provider === null || obstacle.isAbsent ? "missing" : "invalid_value";
    return [{ path, code, message: within + obstacle.message }];
  });
}

function obstacleTo(machine: TwinMachine, id: string): { message: string; isAbsent: boolean } | null {
  if (id === BUILT_IN) return { message: NO_MODEL, isAbsent: false };
  const found = registered(id);
  if (!found) {
    const names = PROVIDERS.map((one) => one.id).filter((one) => one !== BUILT_IN);
    const message = `There is no model provider “${id}”. Name one of these in the node: ${names.join(", ")}.`;
    return { message, isAbsent: false };
  }
  const { missing, needs_key } = machine.info(found);
  if (missing === null) return null;
  if (!needs_key) return { message: `${missing} Enter it in Settings.`, isAbsent: false };
  if (machine.keychain === "missing") return { message: NO_KEYCHAIN, isAbsent: true };
  // A keychain that does not say may have one.
  if (machine.keychain !== "ready") return null;
  const message = `${missing} Enter one in the settings, or choose a provider that needs none.`;
  return { message, isAbsent: true };
}
