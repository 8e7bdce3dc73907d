/**
 * The one place that holds what carries the commands. Set once before the first render; tests set it again.
 */
import type { Error as CoreError } from "../bindings/Error";
import type { Arguments, CommandName, Result, Transport } from "./commands";

let current: Transport | undefined;

/** Chooses what carries the commands from now on. */
export function setTransport(transport: Transport): void {
  current = transport;
}

/** What carries the commands: for the streaming calls and for `onChanged`. */
export function transport(): Transport {
  if (!current) {
    throw new Error("No transport is set: call setTransport before anything else.");
  }
  return current;
}

/** Calls a command of the core. Rejects with a {@link CoreError}, never with anything else. */
export async function call<N extends CommandName>(name: N, args: Arguments<N>): Promise<Result<N>> {
  try {
    return await transport().call(name, args);
  } catch (cause) {
    throw asCoreError(cause);
  }
}

/** Whatever was thrown, as the error the interface can show. */
export function asCoreError(cause: unknown): CoreError {
  if (typeof cause === "object" && cause !== null && "code" in cause && "message" in cause && "hint" in cause) {
    return cause as CoreError;
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return {
    code: "internal",
    message,
    hint: "Try again. If it happens again, restart Bridge.",
    retryable: true,
    problems: [],
  };
}
