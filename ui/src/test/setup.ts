/** Gives every test a fresh in-memory core without sample workflows. */
import { beforeEach } from "vitest";
import { setTransport } from "../ipc";
import { createTwin } from "../ipc/twin";

beforeEach(() => {
  setTransport(createTwin({ samples: false }).transport);
});
