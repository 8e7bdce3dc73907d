/** Trying a credential once against its own host, and what came of it. */
import { useState } from "react";
import type { CredentialId } from "../../bindings/CredentialId";
import type { Error as CoreError } from "../../bindings/Error";
import { useCredentials } from "../../state/credentials";
import { ErrorCard } from "../errors/ErrorCard";
import classes from "./Credentials.module.css";

/** How a test stands. */
export interface Testing {
  state: "idle" | "busy" | "works" | "fails";
  error: CoreError | null;
  test(id: CredentialId): Promise<void>;
  forget(): void;
}

/** A test, and its result until it is forgotten. */
export function useTesting(): Testing {
  const [state, setState] = useState<Testing["state"]>("idle");
  const [error, setError] = useState<CoreError | null>(null);
  return {
    state,
    error,
    async test(id) {
      setState("busy");
      const problem = await useCredentials.getState().test(id);
      setError(problem);
      setState(problem === null ? "works" : "fails");
    },
    forget: () => setState("idle"),
  };
}

/** The result. */
export function TestResult({ testing }: { testing: Testing }) {
  if (testing.state === "works") {
    return (
      <p className={classes.works} role="status">
        It works: the service took it.
      </p>
    );
  }
  if (testing.state !== "fails" || testing.error === null) return null;
  return <ErrorCard error={testing.error} title="The test did not succeed" />;
}
