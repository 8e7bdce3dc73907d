import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TwinHandle } from "../../ipc/twin";
import { EXPRESSION_TYPE } from "../../state/drag";
import { useEditor } from "../../state/editor";
import { useFormDrafts } from "../../state/formDrafts";
import { useSelection } from "../../state/selection";
import { httpNode, openWorkflow } from "../../test/openWorkflow";
import { Inspector } from "./Inspector";
import { inside } from "./useField";

// There is no layout here for an editor: the form has the plain fields it has where the editor cannot be loaded.
vi.mock("../expressions/editor/Editor", () => {
  throw new Error("There is no editor.");
});

// A form has many fields; a machine that does other things at the same time draws them slowly.
vi.setConfig({ testTimeout: 30_000 });

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

const field = (label: string) =>
  screen.getByLabelText<HTMLTextAreaElement>(label, { exact: false, selector: "textarea" });

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
    // One has to be there, so its form is shown at once; it is stored with what is entered first.
    expect(config()).toEqual({});
    const shown = (name: string) => screen.getByRole<HTMLInputElement>("combobox", { name }).value;
    expect([shown("Operator"), shown("Compare as")]).toEqual(["Equals", "Auto"]);
    fireEvent.blur(type("Value", "={{ $json.total }}"));
    await waitFor(() =>
      expect(config()).toEqual({
        conditions: [expect.objectContaining({ left: "={{ $json.total }}", operator: "equals" })],
      }),
    );
    fireEvent.click(screen.getByRole("button", { name: "Add to Conditions" }));
    expect(screen.getAllByRole("group", { name: /^Conditions/ })).toHaveLength(2);
    for (const left of [1, 0]) {
      fireEvent.click(screen.getAllByRole("button", { name: "Remove this entry" })[0] as HTMLElement);
      await waitFor(() => expect(config()?.conditions).toHaveLength(left), { timeout: 2000 });
    }
    expect(screen.queryByRole("button", { name: "Remove this entry" })).toBeNull();
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
  it("hands the keyboard on when what is typed becomes an expression, and takes it as that from then on", async () => {
    await open({ url: "https://example.com" });
    for (const [label, name] of [
      ["URL", "url"],
      ["Timeout", "timeout_seconds"],
    ] as const) {
      type(label, "=");
      expect(document.activeElement).toBe(field(label));
      expect(field(label).value).toBe("");
      fireEvent.blur(type(label, "{{ $json.x }}"));
      await waitFor(() => expect(config()).toMatchObject({ [name]: "={{ $json.x }}" }));
    }
  });

  it("loses nothing of either side when it is switched to and fro", async () => {
    await open({ url: "https://example.com" });
    const toggle = () => fireEvent.click(screen.getByRole("button", { name: "Expression for URL" }));
    toggle();
    fireEvent.blur(type("URL", "https://{{ $json.host }}/"));
    toggle();
    expect(field("URL").value).toBe("https://example.com");
    toggle();
    expect(field("URL").value).toBe("https://{{ $json.host }}/");
  });

  it("takes a field of a run's data that is dropped on it, and keeps what it held", async () => {
    await open({ url: "https://example.com/", fail_on_error_status: false });
    const dataTransfer = { types: [EXPRESSION_TYPE], getData: () => "{{ $json.id }}" };
    fireEvent.drop(field("URL"), { dataTransfer });
    await waitFor(() => expect(config()).toMatchObject({ url: "=https://example.com/{{ $json.id }}" }), {
      timeout: 2000,
    });
    fireEvent.drop(screen.getByLabelText("Fail on error status"), { dataTransfer });
    await waitFor(() => expect(config()).toMatchObject({ fail_on_error_status: "={{ $json.id }}" }), { timeout: 2000 });
    fireEvent.click(screen.getByRole("button", { name: "Expression for Fail on error status" }));
    await waitFor(() => expect(config()).toMatchObject({ fail_on_error_status: false }), { timeout: 2000 });
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

describe("the name", () => {
  it("is followed by the expressions of other nodes, in one step that is undone as one", async () => {
    const first = httpNode("a", 0);
    const second = httpNode("b", 300, { url: "={{ $('a').item.json.url }}" });
    await openWorkflow({ nodes: [first, second], edges: [] });
    useSelection.getState().inspect("a");
    render(
      <MantineProvider env="test">
        <Inspector />
      </MantineProvider>,
    );
    fireEvent.blur(type("Name of the node", "It's new"));
    const url = () => useEditor.getState().truth.nodes.get("b")?.data.config.url;
    await waitFor(() => expect(url()).toBe("={{ $('It\\'s new').item.json.url }}"));
    await useEditor.getState().undo();
    await waitFor(() => expect(url()).toBe("={{ $('a').item.json.url }}"));
    expect(useEditor.getState().truth.nodes.get("a")?.data.label).toBe("a");
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
