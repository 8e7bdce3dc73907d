import { afterEach, describe, expect, it, vi } from "vitest";
import { commandFor, keyNames, useCommands } from "./commands";

const press = (key: string, options: KeyboardEventInit = {}, target: HTMLElement = document.body) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, ...options });
  Object.defineProperty(event, "target", { value: target });
  return commandFor(event)?.id;
};
const offer = (...commands: { id: string; keys: string[]; inFields?: boolean; yields?: boolean }[]) =>
  useCommands.getState().add(commands.map((command) => ({ label: "", group: "", run: vi.fn(), ...command })));

afterEach(() => {
  useCommands.setState({ commands: new Map() });
  document.body.replaceChildren();
});

const element = (tag: string, within?: HTMLElement) =>
  (within ?? document.body).appendChild(document.createElement(tag));

describe("commandFor", () => {
  it("tells keys with and without modifiers apart", () => {
    offer({ id: "undo", keys: ["mod+Z"] }, { id: "redo", keys: ["mod+Shift+Z"] }, { id: "plain", keys: ["z"] });
    expect([press("z", { ctrlKey: true }), press("Z", { ctrlKey: true, shiftKey: true }), press("z")]).toEqual([
      "undo",
      "redo",
      "plain",
    ]);
    expect(press("z", { ctrlKey: true, altKey: true })).toBeUndefined();
    expect(press("z", { metaKey: true })).toBe("undo");
  });

  it("finds characters that need Shift on some keyboards, and the plus key", () => {
    offer({ id: "help", keys: ["?"] }, { id: "in", keys: ["mod++"] });
    expect(press("?", { shiftKey: true })).toBe("help");
    expect(press("+", { ctrlKey: true })).toBe("in");
  });

  it("leaves text fields, dialogs and controls their keys", () => {
    offer(
      { id: "delete", keys: ["Delete"] },
      { id: "open", keys: ["Enter"], yields: true },
      { id: "k", keys: ["mod+K"], inFields: true },
    );
    const input = element("input");
    expect(press("Delete", {}, input)).toBeUndefined();
    expect(press("k", { ctrlKey: true }, input)).toBe("k");
    expect(press("Enter", {}, element("button"))).toBeUndefined();
    expect(press("Enter")).toBe("open");
    const dialog = element("div");
    dialog.setAttribute("role", "dialog");
    expect(press("k", { ctrlKey: true }, element("span", dialog))).toBeUndefined();
  });

  it("forgets commands when they are taken back", () => {
    const stop = offer({ id: "a", keys: ["a"] });
    expect(press("a")).toBe("a");
    stop();
    expect(press("a")).toBeUndefined();
  });
});

describe("keyNames", () => {
  it("names keys as they are printed", () => {
    expect(keyNames("mod+Shift+Z")).toEqual(["Ctrl", "Shift", "Z"]);
    expect(keyNames("mod++")).toEqual(["Ctrl", "+"]);
    expect(keyNames("?")).toEqual(["?"]);
  });
});
