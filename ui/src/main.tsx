/** Starts the window: chooses what carries the commands, wires the state, renders the shell. */
import "@mantine/core/styles.css";
import "@mantine/spotlight/styles.css";
import "@fontsource-variable/inter/wght.css";
import "@xyflow/react/dist/base.css";
import "./theme.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./features/shell/App";
import { setTransport, type Transport } from "./ipc";
import { useEditor } from "./state/editor";
import { useOverlay } from "./state/overlay";
import { useRuns } from "./state/runs";
import { useSelection } from "./state/selection";
import { reportReady, startState } from "./state/start";

/** The core, or in mode `twin` the one in memory. The condition is a constant, so the other branch is not bundled. */
async function chooseTransport(): Promise<Transport> {
  if (import.meta.env.MODE === "twin") {
    // A window that another one has opened joins its core, as a reloaded window joins the one that went on running.
    const opener: { __transport?: Transport } | null = window.opener;
    if (opener?.__transport) return opener.__transport;
    const { createTwin } = await import("./ipc/twin");
    const { transport, handle } = createTwin();
    Object.assign(window, {
      __twin: handle,
      __transport: transport,
      __stores: { useEditor, useOverlay, useRuns, useSelection },
    });
    return transport;
  }
  return (await import("./ipc/tauri")).tauriTransport;
}

const root = document.getElementById("root");
if (root) {
  setTransport(await chooseTransport());
  startState();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  reportReady();
}
