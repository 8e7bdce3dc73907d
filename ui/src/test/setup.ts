/** Gives every test a fresh in-memory core without sample workflows. */
import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { setTransport } from "../ipc";
import { createTwin } from "../ipc/twin";

// The test environment has no font loading, which growing text fields wait for.
Object.defineProperty(document, "fonts", { value: new EventTarget(), configurable: true });

beforeEach(() => {
  setTransport(createTwin({ samples: false }).transport);
});

afterEach(cleanup);
