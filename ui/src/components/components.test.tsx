import { describe, expect, it } from "vitest";
import catalog from "../ipc/twin/catalog.json";
import { CONNECTOR_ICONS } from "./ConnectorIcon";
import { displayText } from "./displayText";
import { timeAgo } from "./times";

describe("displayText", () => {
  it("w4_shows_a_bounded_part_without_splitting_a_character", () => {
    expect(displayText("x".repeat(1_000_000)).length).toBeLessThan(300);
    expect(displayText("😀".repeat(200), 5)).toBe("😀😀…");
    expect(displayText("short")).toBe("short");
  });

  it("w4_names_characters_that_would_act_on_the_layout", () => {
    expect(displayText("a\u202eb\u0000c\u200bd")).toBe("a‹U+202E›b‹U+0000›c‹U+200B›d");
    expect(displayText("two\nlines\tand a tab")).toBe("two lines and a tab");
  });

  it("leaves ordinary text of any script alone", () => {
    for (const text of ["שלום", "Grüße", "日本語", "👩‍👩‍👧 family", "<b>bold</b>"])
      expect(displayText(text)).toBe(text);
  });
});

describe("timeAgo", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  it.each([
    ["2026-03-10T11:59:30Z", "just now"],
    ["2026-03-10T11:55:00Z", "5 min ago"],
    ["2026-03-10T09:00:00Z", "3 h ago"],
    ["2026-03-09T10:00:00Z", "yesterday"],
    ["2026-03-06T10:00:00Z", "4 days ago"],
    ["nonsense", ""],
    ["2026-03-10T13:00:00Z", "just now"],
  ])("%s is %s", (time, text) => {
    expect(timeAgo(time, now)).toBe(text);
  });
});

describe("icons", () => {
  it("has every icon the catalogue names", () => {
    const missing = catalog.map(({ icon }) => icon).filter((icon) => !(icon in CONNECTOR_ICONS));
    expect(missing).toEqual([]);
  });
});
