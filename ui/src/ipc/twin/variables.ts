/** The twin's variables. */
import type { Part } from "./part";
import { coreError, invalidInput, type World } from "./world";

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const VALUE_LIMIT = 64 * 1024;

const known = new WeakMap<World, Map<string, unknown>>();

/** The variables of a twin, by name. */
export function variablesOf(world: World): Map<string, unknown> {
  const found = known.get(world) ?? new Map<string, unknown>();
  known.set(world, found);
  return found;
}

/** Commands on variables. */
export function variableCommands(world: World): Part {
  const variables = variablesOf(world);
  return {
    commands: {
      list_variables: () => Object.fromEntries([...variables].sort(([a], [b]) => (a < b ? -1 : 1))),
      set_variable: ({ name, value }) => {
        checkName(name, "name");
        if (new TextEncoder().encode(JSON.stringify(value)).length > VALUE_LIMIT) {
          const message = "The value of a variable has 64 KiB at most. Keep more in a data table.";
          throw invalidInput([{ path: "value", code: "too_large", message }]);
        }
        variables.set(name, value);
        world.changed("variable", name);
        return null;
      },
      rename_variable: ({ name, new_name }) => {
        checkName(new_name, "new_name");
        if (name !== new_name && variables.has(new_name)) {
          const message = `There is a variable ${new_name} already.`;
          throw invalidInput([{ path: "new_name", code: "invalid_value", message }]);
        }
        if (!variables.has(name)) throw coreError("not_found", "This variable does not exist.");
        const value = variables.get(name);
        variables.delete(name);
        variables.set(new_name, value);
        world.changed("variable", new_name);
        return null;
      },
      delete_variable: ({ name }) => {
        variables.delete(name);
        world.changed("variable", name);
        return null;
      },
    },
  };
}

function checkName(name: string, path: string): void {
  if (NAME.test(name)) return;
  const message = `"${name}" cannot be the name of a variable: it begins with a letter or _, goes on with letters, digits and _, and has 64 characters at most.`;
  throw invalidInput([{ path, code: "invalid_value", message }]);
}
