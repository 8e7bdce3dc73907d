import { readFileSync } from "node:fs";
import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Error as CoreError } from "../../bindings/Error";
import type { ErrorCode } from "../../bindings/ErrorCode";
import { ErrorCard } from "./ErrorCard";
import { PRESENTATIONS, presentationOf, REMEDY_LABELS } from "./presentation";

afterEach(cleanup);

const source = readFileSync("src/bindings/ErrorCode.ts", "utf8");
const codes = [...(source.split("export type")[1] ?? "").matchAll(/"(\w+)"/g)].map(([, code]) => code as ErrorCode);

function draw(error: CoreError, remedies = {}) {
  render(
    <MantineProvider>
      <ErrorCard error={error} remedies={remedies} />
    </MantineProvider>,
  );
}

describe("the table of errors", () => {
  it("has an entry for each code of the core, and no other", () => {
    expect(Object.keys(PRESENTATIONS).sort()).toEqual([...codes].sort());
    expect(codes.length).toBeGreaterThan(30);
  });

  it.each(codes)("says %s in words of its own", (code) => {
    const { title } = presentationOf(code);
    expect(title.length).toBeGreaterThan(8);
    expect(title).not.toMatch(/_|error|exception|failed to/i);
    expect(Object.values(PRESENTATIONS).filter((other) => other.title === title)).toHaveLength(1);
  });

  it("shows a code it does not know as a defect", () => {
    expect(presentationOf("something_new" as ErrorCode)).toBe(PRESENTATIONS.internal);
    expect(presentationOf("constructor" as ErrorCode)).toBe(PRESENTATIONS.internal);
  });
});

describe("an error card", () => {
  const error: CoreError = {
    code: "model_not_found",
    message: "OpenAI has no model gpt-4.",
    hint: "Choose another one.",
    retryable: false,
    problems: [],
  };

  it("says what happened and what to do, with a button for each thing that can be done here", () => {
    const choose = vi.fn();
    draw(error, { choose_model: choose, look_again: vi.fn() });
    expect(screen.getByRole("alert").textContent).toContain("OpenAI has no model gpt-4. Choose another one.");
    fireEvent.click(screen.getByRole("button", { name: REMEDY_LABELS.choose_model }));
    expect(choose).toHaveBeenCalledOnce();
    expect(screen.queryByRole("button", { name: REMEDY_LABELS.look_again })).toBeNull();
  });

  it("lists every problem with its path", () => {
    const problems = [
      { path: "message", code: "missing" as const, message: "The message is empty." },
      { path: "model", code: "too_large" as const, message: "The name is too long." },
    ];
    draw({ ...error, code: "invalid_input", message: "2 things are wrong.", problems });
    expect(screen.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
      "message The message is empty.",
      "model The name is too long.",
    ]);
  });

  it("w2_shows_script_in_a_message_as_text", () => {
    draw({ ...error, message: "<img src=x onerror=alert(1)>" });
    expect(screen.getByRole("alert").querySelector("img")).toBeNull();
    expect(screen.getByRole("alert").textContent).toContain("<img src=x");
  });
});
