import { describe, expect, it } from "vitest";
import type { ActionManifest } from "../bindings/ActionManifest";
import type { ConnectorManifest } from "../bindings/ConnectorManifest";
import catalog from "../ipc/twin/catalog.json";
import { missingParameters, parametersOf } from "./parameters";

const connectors = catalog as unknown as ConnectorManifest[];
const action = (connector: string, id: string): ActionManifest => {
  const found = connectors.find((one) => one.id === connector)?.actions.find((one) => one.id === id);
  if (!found) throw new Error(`no ${connector}.${id}`);
  return found;
};
const control = (manifest: ActionManifest, name: string) =>
  parametersOf(manifest).find((parameter) => parameter.name === name)?.control;

describe("parametersOf", () => {
  it("chooses the control that fits the schema", () => {
    const http = action("http", "request");
    expect(
      ["url", "method", "headers", "body", "timeout_seconds", "fail_on_error_status"].map((name) =>
        control(http, name),
      ),
    ).toEqual(["text", "choice", "map", "json", "number", "boolean"]);
    expect(control(action("if", "check"), "conditions")).toBe("list");
    expect(control(action("code", "run_javascript"), "code")).toBe("code");
    expect(control(action("email", "send"), "body")).toBe("multiline");
  });

  it("reads every manifest of the catalogue, in order and with titles", () => {
    for (const manifest of connectors.flatMap((connector) => connector.actions)) {
      const parameters = parametersOf(manifest);
      expect(parameters.map(({ name }) => name)).toEqual(Object.keys(manifest.parameters.properties as object));
      for (const { title, control: kind, item } of parameters) {
        expect(title).not.toBe("");
        if (kind === "list") expect(item.length).toBeGreaterThan(0);
      }
    }
  });

  it("survives a damaged schema", () => {
    const broken = { ...action("http", "request"), parameters: { properties: { a: null, b: 7 }, required: "a" } };
    expect(parametersOf(broken).map(({ control: kind }) => kind)).toEqual(["text", "text"]);
  });
});

describe("missingParameters", () => {
  it("names required parameters without value or default", () => {
    const http = action("http", "request");
    expect(missingParameters(http, {}).map(({ name }) => name)).toEqual(["url"]);
    expect(missingParameters(http, { url: "" })).toHaveLength(1);
    expect(missingParameters(http, { url: "={{ $json.url }}" })).toEqual([]);
    expect(missingParameters(action("if", "check"), { conditions: [] })).toHaveLength(1);
  });
});
