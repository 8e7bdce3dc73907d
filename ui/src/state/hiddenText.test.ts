import { describe, expect, it } from "vitest";
import { hasHidden, revealHidden } from "./hiddenText";

describe("hidden text", () => {
  it.each([
    ["right-to-left override", "invoice\u202Efdp.exe", "invoice‹U+202E›fdp.exe"],
    ["isolate", "a\u2066b", "a‹U+2066›b"],
    ["zero-width space", "pay\u200Bpal", "pay‹U+200B›pal"],
    ["zero-width joiner between letters", "a\u200Db", "a‹U+200D›b"],
    ["soft hyphen", "a\u00ADb", "a‹U+00AD›b"],
    ["no-break space", "a\u00A0b", "a‹U+00A0›b"],
    ["tag characters", "a\u{E0041}b", "a‹U+E0041›b"],
    ["variation selector", "a\uFE0Fb", "a‹U+FE0F›b"],
    ["Hangul filler", "a\u3164b", "a‹U+3164›b"],
    ["braille blank", "a\u2800b", "a‹U+2800›b"],
    ["control", "a\u0000b\u001b", "a‹U+0000›b‹U+001B›"],
    ["line separator", "a\u2028b", "a‹U+2028›b"],
    ["long run of spaces", `a${" ".repeat(2000)}b`, "a‹2000 spaces›b"],
  ])("a4_shows_%s", (_name, text, shown) => {
    expect(revealHidden(text)).toBe(shown);
    expect(hasHidden(text)).toBe(true);
  });

  it.each(["plain text, with  two spaces", "日本語 ñ é ß", "👩‍💻 ⚠️ 👍🏽", "עברית"])("leaves %s alone", (text) => {
    expect(revealHidden(text)).toBe(text);
  });
});
