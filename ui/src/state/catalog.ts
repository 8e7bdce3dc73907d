/** The connectors, read once. Everything that draws or names a node asks here. */
import { create } from "zustand";
import type { ActionManifest } from "../bindings/ActionManifest";
import type { ConnectorManifest } from "../bindings/ConnectorManifest";
import type { Error as CoreError } from "../bindings/Error";
import { asCoreError, call } from "../ipc";

interface CatalogState {
  connectors: readonly ConnectorManifest[];
  /** Each connector's actions, by `connector_id.action_id`. */
  actions: ReadonlyMap<string, ActionManifest>;
  byId: ReadonlyMap<string, ConnectorManifest>;
  loaded: boolean;
  error: CoreError | null;
  load(): Promise<void>;
}

/** The catalogue of connectors. */
export const useCatalog = create<CatalogState>()((set) => ({
  connectors: [],
  actions: new Map(),
  byId: new Map(),
  loaded: false,
  error: null,
  async load() {
    try {
      const connectors = await call("catalog", {});
      set({ ...indexed(connectors), loaded: true, error: null });
    } catch (cause) {
      set({ error: asCoreError(cause) });
    }
  },
}));

function indexed(connectors: readonly ConnectorManifest[]): Pick<CatalogState, "connectors" | "actions" | "byId"> {
  const actions = new Map<string, ActionManifest>();
  for (const connector of connectors) {
    for (const action of connector.actions) actions.set(`${connector.id}.${action.id}`, action);
  }
  return { connectors, actions, byId: new Map(connectors.map((connector) => [connector.id, connector])) };
}

/** The manifest of a node's action; undefined when the catalogue does not know it. */
export function actionManifest(connectorId: string, actionId: string): ActionManifest | undefined {
  return useCatalog.getState().actions.get(`${connectorId}.${actionId}`);
}
