/** Connecting OAuth 2 in the browser: waits for the core, which waits for the person. */
import { useEffect, useRef, useState } from "react";
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

/** The waiting, and how to begin and leave it. What comes after it was left is not shown; the list learns of it. */
export function useConnecting() {
  const [connecting, setConnecting] = useState<Connecting>({ state: "idle" });
  const attempt = useRef(0);
  useEffect(() => {
    return () => {
      attempt.current += 1;
    };
  }, []);
  const connect = async (id: CredentialId) => {
    attempt.current += 1;
    const mine = attempt.current;
    const tell = (next: Connecting) => mine === attempt.current && setConnecting(next);
    tell({ state: "waiting" });
    try {
      await useCredentials.getState().connect(id);
      tell({ state: "done" });
    } catch (cause) {
      tell({ state: "failed", error: asCoreError(cause) });
    }
  };
  const leave = () => {
    attempt.current += 1;
    setConnecting({ state: "stopped" });
  };
  return { connecting, connect, leave };
}
