import { describe, expect, it } from "vitest";
import type { NodeData } from "../bindings/NodeData";
import { readSettings, settingsOf, withSettings, withTyped } from "./settings";

const data: NodeData = { label: "a", connector_id: "http", action_id: "request", config: {} };
const defaults = settingsOf(data);

describe("settings", () => {
  it("are stored only as far as they differ from the defaults", () => {
    expect(withSettings(data, { ...defaults, disabled: true, notes: "x" }).settings).toEqual({
      disabled: true,
      notes: "x",
    });
    expect("settings" in withSettings(data, defaults)).toBe(false);
    expect(settingsOf(withSettings(data, { ...defaults, join: "any" }))).toEqual({ ...defaults, join: "any" });
  });

  it("take what was typed, and their default when nothing is", () => {
    expect(withTyped(defaults, "retry.max_tries", 5).retry).toEqual({ max_tries: 5, wait_ms: 1000 });
    expect(withTyped({ ...defaults, timeout_seconds: 9 }, "timeout_seconds", undefined).timeout_seconds).toBeNull();
  });

  it("from a foreign text are only what settings can be", () => {
    const foreign = {
      disabled: "yes",
      on_error: "explode",
      retry: { max_tries: 3, wait_ms: 0, more: 1 },
      timeout_seconds: -1,
      join: "all",
      credential_id: "../../x",
      notes: ["x"],
      __proto__: null,
    };
    expect(readSettings(foreign)).toEqual({ ...defaults, join: "all" });
    expect(readSettings("x")).toBeUndefined();
    expect(readSettings(null)).toBeUndefined();
  });
});
