import { describe, expect, it } from "vitest";
import type { ConnectorManifest } from "../bindings/ConnectorManifest";
import catalog from "../ipc/twin/catalog.json";
import { searchActions } from "./search";

const connectors = catalog as unknown as ConnectorManifest[];
const first = (query: string) => {
  const [found] = searchActions(connectors, query);
  return found && `${found.connector.id}.${found.action.id}`;
};

describe("searchActions", () => {
  it("lists everything in palette order when nothing is asked", () => {
    const all = searchActions(connectors, "  ");
    expect(all).toHaveLength(connectors.flatMap((connector) => connector.actions).length);
    expect(all[0]?.connector.id).toBe(connectors[0]?.id);
  });

  it("finds by name, by synonym and by parts of words", () => {
    expect(first("webhook")).toBe("webhook.receive");
    expect(first("if else")).toBe("if.check");
    expect(first("curl")).toBe("http.request");
    expect(first("slack messa")).toBe("slack.send_message");
  });

  it("needs every word", () => {
    expect(searchActions(connectors, "slack zebra")).toEqual([]);
  });
});
