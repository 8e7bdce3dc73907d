import { describe, expect, it } from "vitest";
import { draftOf, looksLikeSecret, NEW_VARIABLE, nameProblem, readValue, withKind } from "./variableText";

describe("a variable as it is typed", () => {
  it("comes back as the value it was", () => {
    for (const value of ["text", "", "12", 12, 0.5, -3, true, false, null, [1, "a"], { a: { b: null } }]) {
      expect(readValue(draftOf("name", value))).toEqual({ value });
    }
  });
  it("says what is wrong with a value", () => {
    for (const text of ["", "twelve", "1e999", "1,5"]) {
      expect(readValue({ ...NEW_VARIABLE, kind: "number", text })).toHaveProperty("problem");
    }
    expect(readValue({ ...NEW_VARIABLE, kind: "json", text: "{a: 1}" })).toHaveProperty("problem");
  });
  it("keeps what it says as another kind", () => {
    expect(withKind(draftOf("a", "12"), "number").text).toBe("12");
    expect(withKind(draftOf("a", "12"), "json").text).toBe('"12"');
    expect(withKind(draftOf("a", "true"), "boolean").text).toBe("true");
    expect(withKind(draftOf("a", [1]), "text").text).toBe("[1]");
  });
  it("is called what JavaScript can say, and what no other is called", () => {
    const named = (name: string, before: string | null = null) =>
      nameProblem({ ...NEW_VARIABLE, name, before }, ["taken"]);
    for (const name of ["a", "_a1", "baseUrl", "a".repeat(64)]) expect(named(name)).toBeNull();
    for (const name of ["", "1a", "a b", "a-b", "ä", "$a", "a".repeat(65), "taken"]) expect(named(name)).not.toBeNull();
    expect(named("taken", "taken")).toBeNull();
  });
});

describe("what looks like a key", () => {
  it("is known by its format, by its name, or as one long word", () => {
    const secrets: [string, unknown][] = [
      ["a", "sk-proj-abcdefghijklmnop1234"],
      ["a", "ghp_0123456789abcdefghij"],
      ["a", "postgres://user:hunter2@db.example.com/shop"],
      ["a", "Bearer abcdefgh1234"],
      ["a", { nested: "AKIAABCDEFGHIJKLMNOP" }],
      ["apiKey", "short1"],
      ["db_password", "hunter2"],
      ["a", "f3a9c07d1be84c52a6d0f3a9c07d1be8"],
    ];
    for (const [name, value] of secrets) expect(looksLikeSecret(name, value), String(value)).toBe(true);
  });
  it("is not an address, a sentence, a number, an identifier or a path", () => {
    const values = [
      "https://api.example.com/v1/orders?limit=20",
      "A sentence with 24 characters and more in it",
      1234567890123,
      "2f1c1a52-7c43-4b7d-9c36-0d0a5a1f7a10",
      { a: 1, list: ["one", "two"] },
      "support@example.com",
      "",
    ];
    for (const value of values) expect(looksLikeSecret("base_url", value), String(value)).toBe(false);
  });
});
