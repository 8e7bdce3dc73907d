/** Connecting OAuth 2 in the browser: waits for the core, which waits for the person. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { CredentialId } from "../../bindings/CredentialId";
import type { Error as CoreError } from "../../bindings/Error";
import { asCoreError } from "../../ipc";
import { useCredentials } from "../../state/credentials";

/** How it stands. */
export type Connecting =
  | { state: "idle" }
  | { state: "waiting" }
  | { state: "stopped" }
  | { state: "done" }
  | { state: "failed"; error: CoreError };

/** The waiting, and how to begin and cancel it. Closing the form cancels it, too: nothing would show it any more. */
export function useConnecting() {
  const [connecting, setConnecting] = useState<Connecting>({ state: "idle" });
  const attempt = useRef(0);
  const waiting = useRef<CredentialId | null>(null);
  const end = useCallback(() => {
    attempt.current += 1;
    if (waiting.current !== null) void useCredentials.getState().cancelConnecting(waiting.current);
    waiting.current = null;
  }, []);
  useEffect(() => end, [end]);
  const connect = async (id: CredentialId) => {
    attempt.current += 1;
    const mine = attempt.current;
    const tell = (next: Connecting) => {
      if (mine !== attempt.current) return;
      waiting.current = null;
      setConnecting(next);
    };
    waiting.current = id;
    setConnecting({ state: "waiting" });
    try {
      await useCredentials.getState().connect(id);
      tell({ state: "done" });
    } catch (cause) {
      tell({ state: "failed", error: asCoreError(cause) });
    }
  };
  const cancel = () => {
    end();
    setConnecting({ state: "stopped" });
  };
  return { connecting, connect, cancel };
}
