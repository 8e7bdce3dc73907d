/** The shape of one part of the twin: the commands one file implements. */
import type { Arguments, CommandName, Result, Transport } from "../commands";

/** How a command is carried out: a plain function that returns its result or throws a core error. */
export type Handlers = {
  [N in CommandName]: (args: Arguments<N>) => Result<N> | Promise<Result<N>>;
};

/** What one file of the twin contributes. */
export interface Part {
  commands: Partial<Handlers>;
  /** Streaming calls, from the part that answers the chat. */
  streams?: Pick<Transport, "chatStream" | "attach">;
  /** How a run is watched, from the part that runs workflows. */
  watch?: Transport["watchRun"];
  /** How room is made among the runs, from the part that keeps them. */
  makeRoom?: Transport["makeRoom"];
}
