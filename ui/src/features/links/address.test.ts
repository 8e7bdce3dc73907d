import { describe, expect, it } from "vitest";
import { mayOpen } from "../../state/links";
import { examine } from "./address";

const whole = (url: string, text: string | null = null) => {
  const { before, host, after, warnings } = examine(url, text);
  return { shown: before + host + after, host, warnings: warnings.join(" ") };
};

describe("w1_an_address_is_shown_whole", () => {
  it("with nothing left out", () => {
    const url = `https://example.com/${"a".repeat(5000)}?q=1#f`;
    expect(whole(url).shown).toBe(url);
    expect(whole(url).warnings).toBe("");
  });

  it.each([
    ["user name as host", "https://google.com@evil.example/login", "evil.example", /user name stands/],
    ["user name and password", "https://google.com:443@evil.example/", "evil.example", /user name stands/],
    ["Cyrillic letter", "https://\u0430pple.com/", "xn--pple-43d.com", /another alphabet/],
    ["punycode", "https://xn--pple-43d.com/", "xn--pple-43d.com", /another alphabet/],
    ["direction mark in the path", "https://evil.example/\u202Egnp.exe", "evil.example", /not visible/],
    ["encoded direction mark", "https://evil.example/%E2%80%AEgnp.exe", "evil.example", /not visible/],
    ["zero-width space in the host", "https://goo\u200Bgle.example/", "google.example", /not visible/],
    ["not encrypted", "http://example.com/", "example.com", /not encrypted/],
    ["number as host", "https://2130706433/", "127.0.0.1", /^$/],
    ["full-width dots", "https://evil。example/", "evil.example", /^$/],
    ["backslashes", "https:\\\\evil.example\\good.example", "evil.example", /^$/],
  ])("%s", (_name, url, host, warning) => {
    expect(whole(url).host).toBe(host);
    expect(whole(url).warnings).toMatch(warning);
  });

  it.each([
    ["another address", "https://bank.example", true],
    ["the same address", "https://evil.example/x", false],
    ["words", "Read more", false],
    ["a bare host", "bank.example/login", true],
  ])("a link that says %s", (_name, text, warned) => {
    expect(/leads to evil\.example/.test(whole("https://evil.example/x", text).warnings)).toBe(warned);
  });
});

describe("w1_what_may_be_opened", () => {
  it.each(["https://example.com", "http://127.0.0.1:8080/x", "mailto:a@example.com"])("%s", (url) => {
    expect(mayOpen(url)).toBe(true);
  });

  it.each([
    "javascript:alert(1)",
    " https://example.com",
    "data:text/html,x",
    "file:///etc/passwd",
    "//evil.example",
    "#part",
    "https:",
    "https://",
    "tauri://localhost",
    "intent://x#Intent;end",
    "",
  ])("not %s", (url) => {
    expect(mayOpen(url)).toBe(false);
  });
});
