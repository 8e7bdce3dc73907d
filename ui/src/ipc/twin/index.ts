/**
 * The in-memory core: every command without Rust, for the browser tests and for work on the interface alone. Only
 * `main.tsx` in mode `twin` and tests import it.
 */

import type { ConnectorManifest } from "../../bindings/ConnectorManifest";
import type { Error as CoreError } from "../../bindings/Error";
import type { CommandName, Transport } from "../commands";
import { type TwinWindow, windowOf } from "./application";
import catalog from "./catalog.json";
import { type Conversations, conversationsOf } from "./conversations";
import { type Credentials, credentialsOf } from "./credentials";
import { type Files, filesOf } from "./exchange";
import type { Handlers, Part } from "./part";
import { PARTS } from "./parts";
import { type Runs, runsOf } from "./runs/recorded";
import { largeWorkflow, sampleWorkflows } from "./samples";
import { machineOf, type TwinMachine } from "./settings";
import { type DataTables, tablesOf } from "./tables";
import { variablesOf } from "./variables";
import { coreError, World } from "./world";

/** What tests do to the twin from outside: `window.__twin` in the browser. */
export interface TwinHandle {
  readonly world: World;
  /** Commands called so far, oldest first. */
  readonly calls: { name: string; args: unknown }[];
  /** The next `times` calls of the command (`*`: of any) fail with this error, before anything happens. */
  fail(name: CommandName | "*", error: CoreError, times?: number): void;
  /** Every further call of the command (`*`: of any) takes this long; 0 ends it. */
  delay(name: CommandName | "*", milliseconds: number): void;
  /** Adds a workflow with this many nodes and edges. Returns its identifier. */
  addLargeWorkflow(nodes: number, edges: number): string;
  /** Threads, running turns, and what the assistant says next (`conversations.script.next`). */
  readonly conversations: Conversations;
  /** Keychain, environment and local servers. */
  readonly machine: TwinMachine;
  /** Runs, and what happens in the next ones. */
  readonly runs: Runs;
  /** Credentials, and what the services behind them say. */
  readonly credentials: Credentials;
  /** Data tables with their rows. */
  readonly tables: DataTables;
  /** Files that were written, and where the next one goes. */
  readonly files: Files;
  /** Variables by name. */
  readonly variables: Map<string, unknown>;
  /** The window: whether it is hidden, and how the user closes it. */
  readonly window: TwinWindow;
}

interface Fault {
  name: CommandName | "*";
  error: CoreError;
  left: number;
}

/** A fresh twin. With `samples`, it starts with a few workflows to look at. */
export function createTwin(options: { samples?: boolean } = {}): { transport: Transport; handle: TwinHandle } {
  const world = new World(catalog as unknown as ConnectorManifest[]);
  if (options.samples ?? true) sampleWorkflows(world);
  const parts = PARTS.map((part) => part(world));
  const handlers = Object.assign({}, ...parts.map((part) => part.commands)) as Partial<Handlers>;
  const faults: Fault[] = [];
  const delays = new Map<CommandName | "*", number>();
  const calls: TwinHandle["calls"] = [];

  const before = async (name: CommandName) => {
    await pause(delays.get(name) ?? delays.get("*") ?? 0);
    const fault = faults.find((candidate) => candidate.left > 0 && (candidate.name === name || candidate.name === "*"));
    if (fault) {
      fault.left -= 1;
      throw structuredClone(fault.error);
    }
  };
  const transport: Transport = {
    async call(name, args) {
      calls.push({ name, args: structuredClone(args) });
      await before(name);
      const handler = handlers[name];
      if (!handler) throw coreError("internal", `The twin has no command ${name}.`);
      return structuredClone(await handler(structuredClone(args)));
    },
    async chatStream(request, onEvents) {
      calls.push({ name: "chat_stream", args: { request } });
      await before("chat");
      await streams(parts).chatStream(request, onEvents);
    },
    async watchRun(runId, onEvents) {
      calls.push({ name: "watch_run", args: { run_id: runId } });
      const watch = parts.find((part) => part.watch)?.watch;
      await watch?.(runId, onEvents);
    },
    async makeRoom(onProgress) {
      calls.push({ name: "make_room", args: {} });
      const makeRoom = parts.find((part) => part.makeRoom)?.makeRoom;
      if (!makeRoom) throw coreError("internal", "The twin cannot make room.");
      return makeRoom(onProgress);
    },
    attach: (turnId, onEvents) => streams(parts).attach(turnId, onEvents),
    onChanged: (listener) => world.onChanged(listener),
    onCloseAsked: (listener) => windowOf(world).onCloseAsked(listener),
  };
  const handle: TwinHandle = {
    world,
    calls,
    fail: (name, error, times = 1) => faults.push({ name, error, left: times }),
    delay: (name, milliseconds) => delays.set(name, milliseconds),
    addLargeWorkflow: (nodes, edges) => largeWorkflow(world, nodes, edges),
    conversations: conversationsOf(world),
    machine: machineOf(world),
    runs: runsOf(world),
    credentials: credentialsOf(world),
    files: filesOf(world),
    tables: tablesOf(world),
    variables: variablesOf(world),
    window: windowOf(world),
  };
  return { transport, handle };
}

function streams(parts: Part[]): NonNullable<Part["streams"]> {
  const found = parts.find((part) => part.streams)?.streams;
  if (!found) throw coreError("internal", "The twin cannot stream.");
  return found;
}

/** Waits; 0 still gives way to the event loop, as a call over the wire does. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
