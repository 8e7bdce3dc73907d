import { describe, expect, it } from "vitest";
import { parseFolder, parseHost } from "./parse";

describe("parseHost", () => {
  it.each([
    ["127.0.0.1:8080", "127.0.0.1", 8080],
    [" Printer.Local:631 ", "printer.local", 631],
    ["localhost:1", "localhost", 1],
    ["[FE80::1]:65535", "fe80::1", 65_535],
  ])("reads %s", (text, host, port) => {
    expect(parseHost(text)).toEqual({ grant: { type: "host", host, port } });
  });

  it.each([
    "",
    "localhost",
    ":80",
    "localhost:0",
    "localhost:65536",
    "a b:80",
    "user@host:80",
    "::1:80",
    "[::1]",
    "x:80/",
  ])("refuses %s", (text) => {
    expect(parseHost(text)).toHaveProperty("problem");
  });
});

describe("parseFolder", () => {
  it.each([
    ["/srv/reports/", "/srv/reports"],
    ["/", "/"],
    ["C:\\Data\\", "C:\\Data"],
    ["C:\\", "C:\\"],
    ["\\\\server\\share", "\\\\server\\share"],
  ])("reads %s", (text, path) => {
    expect(parseFolder(text, false)).toEqual({ grant: { type: "folder", path, write: false } });
  });

  it.each(["", "reports", "~/x", "./x", "/a/../b", "C:x", "/a\u0000b"])("refuses %s", (text) => {
    expect(parseFolder(text, true)).toHaveProperty("problem");
  });
});
