/**
 * The transport of the real window: the Tauri core. The only file that imports `@tauri-apps`.
 */
import { Channel, invoke } from "@tauri-apps/api/core";
import { type EventCallback, listen } from "@tauri-apps/api/event";
import type { EntityChanged } from "../bindings/EntityChanged";
import type { Transport } from "./commands";

/** A channel that hands everything on, such as batches of events. */
function channel<T>(onMessage: (message: T) => void): Channel<T> {
  const messages = new Channel<T>();
  messages.onmessage = onMessage;
  return messages;
}

/** Listens to an event. Returns how to stop. */
function listenTo<T>(name: string, listener: EventCallback<T>): () => void {
  const listening = listen<T>(name, listener);
  return () => {
    void listening.then((stop) => stop());
  };
}

/** Commands over Tauri's invoke, streams over its channels, `changed` over its events. */
export const tauriTransport: Transport = {
  call: (name, args) => invoke(name, args),
  chatStream: (request, onEvents) => invoke("chat_stream", { request, on_events: channel(onEvents) }),
  attach: (turnId, onEvents) => invoke("attach", { turn_id: turnId, on_events: channel(onEvents) }),
  watchRun: (runId, onEvents) => invoke("watch_run", { run_id: runId, on_events: channel(onEvents) }),
  makeRoom: (onProgress) => invoke("make_room", { on_progress: channel(onProgress) }),
  onChanged: (listener) => listenTo<EntityChanged>("changed", (event) => listener(event.payload)),
  onCloseAsked: (listener) => listenTo<null>("close_asked", () => listener()),
};
