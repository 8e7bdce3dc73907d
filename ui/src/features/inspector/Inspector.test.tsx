import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { TwinHandle } from "../../ipc/twin";
import { useEditor } from "../../state/editor";
import { useFormDrafts } from "../../state/formDrafts";
import { useSelection } from "../../state/selection";
import { httpNode, openWorkflow } from "../../test/openWorkflow";
import { Inspector } from "./Inspector";
import { inside } from "./useField";

async function open(
  config: Record<string, unknown> = {},
  kind: [string, string] = ["http", "request"],
): Promise<TwinHandle> {
  const node = httpNode("a", 0, config);
  const [connector_id, action_id] = kind;
  const twin = await openWorkflow({ nodes: [{ ...node, data: { ...node.data, connector_id, action_id } }], edges: [] });
  useSelection.getState().inspect("a");
  render(
    <MantineProvider env="test">
      <Inspector />
    </MantineProvider>,
  );
  return twin;
}

const config = () => useEditor.getState().truth.nodes.get("a")?.data.config;
const type = (label: string, text: string) => {
  const field = screen.getByLabelText(label, { exact: false, selector: "input, textarea" });
  fireEvent.change(field, { target: { value: text } });
  return field as HTMLInputElement;
};

afterEach(() => {
  cleanup();
  useEditor.getState().close();
  useFormDrafts.setState({ drafts: new Map() });
});

describe("the form", () => {
  it("shows every parameter with what holds when nothing is entered", async () => {
    await open();
    expect(screen.getByText("Needs URL")).toBeTruthy();
    expect(screen.getByLabelText("Timeout", { selector: "textarea" })).toHaveProperty("placeholder", "30");
  });

  it("stores when the field is left, as the type the parameter has", async () => {
    await open({ url: "https://example.com" });
    fireEvent.blur(type("Timeout", "12"));
    await waitFor(() => expect(config()).toMatchObject({ timeout_seconds: 12 }));
    fireEvent.blur(type("Timeout", ""));
    await waitFor(() => expect(config()).toEqual({ url: "https://example.com" }));
  });

  it("stores by itself when the typing rests", async () => {
    await open();
    type("URL", "https://example.com/x");
    expect(config()).toEqual({});
    await waitFor(() => expect(config()).toEqual({ url: "https://example.com/x" }), { timeout: 2000 });
  });

  it("shows what was refused beside its field and keeps what was typed, even when closed and opened again", async () => {
    await open({ url: "https://example.com" });
    fireEvent.blur(type("Timeout", "99999"));
    expect((await screen.findByRole("alert")).textContent).toMatch(/at most/);
    expect(config()).toEqual({ url: "https://example.com" });
    cleanup();
    render(
      <MantineProvider env="test">
        <Inspector />
      </MantineProvider>,
    );
    expect(screen.getByLabelText("Timeout", { selector: "textarea" })).toHaveProperty("value", "99999");
    fireEvent.blur(type("Timeout", "20"));
    await waitFor(() => expect(config()).toMatchObject({ timeout_seconds: 20 }));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("stores what was typed when it closes before the typing rests", async () => {
    await open();
    type("URL", "https://example.com/late");
    cleanup();
    await waitFor(() => expect(config()).toEqual({ url: "https://example.com/late" }));
  });

  it("edits lists of objects and maps", async () => {
    await open({}, ["if", "check"]);
    fireEvent.click(screen.getByRole("button", { name: "Add to Conditions" }));
    fireEvent.blur(type("Value", "={{ $json.total }}"));
    await waitFor(() =>
      expect(config()).toEqual({
        conditions: [expect.objectContaining({ left: "={{ $json.total }}", operator: "equals" })],
      }),
    );
    fireEvent.click(screen.getByRole("button", { name: "Remove this entry" }));
    await waitFor(() => expect(config()).toEqual({ conditions: [] }), { timeout: 2000 });
  });

  it("turns a value into an expression and back", async () => {
    await open({ url: "https://example.com" });
    fireEvent.click(screen.getByRole("button", { name: "Expression for URL" }));
    await waitFor(() => expect(config()).toEqual({ url: "=https://example.com" }), { timeout: 2000 });
    fireEvent.click(screen.getByRole("button", { name: "Expression for URL" }));
    await waitFor(() => expect(config()).toEqual({ url: "https://example.com" }), { timeout: 2000 });
  });
});

describe("a field", () => {
  it("keeps its element, and with it the cursor, when what is typed becomes an expression", async () => {
    await open({ url: "https://example.com" });
    for (const label of ["URL", "Timeout"]) {
      const before = type(label, "1");
      expect(type(label, "={{ $json.x }}")).toBe(before);
      expect(type(label, "")).toBe(before);
    }
  });

  it.each([
    ["Timeout", ["http", "request"], { url: "https://example.com", timeout_seconds: 12 }],
    ["Fail on error status", ["http", "request"], { url: "https://example.com", fail_on_error_status: false }],
  ] as const)("gives %s its type back when it is no expression any more", async (label, kind, before) => {
    await open(before, [...kind]);
    const toggle = () => fireEvent.click(screen.getByRole("button", { name: `Expression for ${label}` }));
    toggle();
    await waitFor(() => expect(config()).not.toEqual(before), { timeout: 2000 });
    toggle();
    await waitFor(() => expect(config()).toEqual(before), { timeout: 2000 });
  });

  it("shows JSON as it was typed only for as long as that is what is stored", async () => {
    await open({ url: "https://example.com", body_kind: "json" });
    const body = screen.getByLabelText<HTMLTextAreaElement>("Body", { selector: "textarea" });
    fireEvent.change(body, { target: { value: '{"a":1}' } });
    fireEvent.blur(body);
    await waitFor(() => expect(config()).toMatchObject({ body: { a: 1 } }));
    expect(body.value).toBe('{"a":1}');
    await useEditor.getState().undo();
    await waitFor(() => expect(body.value).toBe(""));
  });
});

describe("inside", () => {
  it.each([
    ["actions[0].config.headers[1].name", "config.headers", "[1].name"],
    ["request.actions[0].config.url", "config.url", ""],
    ["actions[0].label", "label", ""],
    ["somewhere.else", "config.url", ""],
  ])("%s in %s is %j", (path, field, rest) => {
    expect(inside(path, field)).toBe(rest);
  });
});
