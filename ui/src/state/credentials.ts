/** Credentials as the core keeps them: their values pass through to the core and are never held here. */
import { create } from "zustand";
import type { ActionManifest } from "../bindings/ActionManifest";
import type { ConnectorManifest } from "../bindings/ConnectorManifest";
import type { CredentialDraft } from "../bindings/CredentialDraft";
import type { CredentialId } from "../bindings/CredentialId";
import type { CredentialKind } from "../bindings/CredentialKind";
import type { CredentialSpec } from "../bindings/CredentialSpec";
import type { CredentialSummary } from "../bindings/CredentialSummary";
import type { Error as CoreError } from "../bindings/Error";
import type { NodeData } from "../bindings/NodeData";
import { settingsOf } from "../graph/settings";
import { asCoreError, call } from "../ipc";
import { useCatalog } from "./catalog";
import { toastError } from "./toasts";

interface CredentialsState {
  kinds: readonly CredentialSpec[];
  credentials: readonly CredentialSummary[];
  loaded: boolean;
  error: CoreError | null;
  load(): Promise<void>;
  /** Creates one, or with an identifier changes it. Rejects with the core's error. */
  save(draft: CredentialDraft, id: CredentialId | null): Promise<CredentialSummary>;
  /** Rejects with the core's error. */
  remove(id: CredentialId): Promise<void>;
  /** Uses it once: why it does not work, or null. */
  test(id: CredentialId): Promise<CoreError | null>;
  /** Waits until the person has agreed in the browser. Rejects with the core's error. */
  connect(id: CredentialId): Promise<void>;
  /** Ends that waiting: whatever comes from the browser later does nothing. */
  cancelConnecting(id: CredentialId): Promise<void>;
}

/** All credentials, by name. */
export const useCredentials = create<CredentialsState>()((set, get) => {
  const put = (changed: CredentialSummary) =>
    set(({ credentials }) => ({
      credentials: byName([...credentials.filter(({ id }) => id !== changed.id), changed]),
    }));
  return {
    kinds: [],
    credentials: [],
    loaded: false,
    error: null,
    async load() {
      try {
        const known = get().kinds;
        const kinds = known.length > 0 ? known : await call("credential_kinds", {});
        set({ kinds, credentials: byName(await call("list_credentials", {})), loaded: true, error: null });
      } catch (cause) {
        set({ error: asCoreError(cause) });
      }
    },
    async save(draft, id) {
      const saved = await (id === null
        ? call("create_credential", { draft })
        : call("update_credential", { credential_id: id, draft }));
      put(saved);
      return saved;
    },
    async remove(id) {
      await call("delete_credential", { credential_id: id });
      set(({ credentials }) => ({ credentials: credentials.filter((credential) => credential.id !== id) }));
    },
    async test(id) {
      try {
        const tested = await call("test_credential", { credential_id: id });
        return tested.problem;
      } catch (cause) {
        return asCoreError(cause);
      }
    },
    async connect(id) {
      put(await call("authorize_credential", { credential_id: id }));
    },
    async cancelConnecting(id) {
      try {
        await call("cancel_authorization", { credential_id: id });
      } catch (cause) {
        toastError(asCoreError(cause));
      }
    },
  };
});

function byName(credentials: readonly CredentialSummary[]): CredentialSummary[] {
  return [...credentials].sort((a, b) => a.name.localeCompare(b.name));
}

/** Kinds that a node's parameter `authentication` asks for. */
const AUTHENTICATIONS: Readonly<Record<string, CredentialKind>> = {
  bearer: "bearer",
  basic: "basic",
  header: "header",
  query: "query",
  oauth2: "o_auth2",
};

/**
 * The kind of credential a node takes; null when it takes none. Keys of model providers are no credential of a node: they
 * have their own place in the settings.
 */
function credentialKindOf(
  { config }: NodeData,
  connector: ConnectorManifest | undefined,
  action: ActionManifest | undefined,
): CredentialKind | null {
  const named = action?.credential ?? connector?.credential;
  if (named) return named === "model_provider" ? null : named;
  return AUTHENTICATIONS[String(config.authentication)] ?? null;
}

/** The kind of credential a node on screen takes. */
export function useCredentialKind(data: NodeData): CredentialKind | null {
  const connector = useCatalog((state) => state.byId.get(data.connector_id));
  const action = useCatalog((state) => state.actions.get(`${data.connector_id}.${data.action_id}`));
  return credentialKindOf(data, connector, action);
}

/** What is wrong with the credential of a node, in a sentence; null when nothing is, or when it is not known yet. */
export function useCredentialProblem(data: NodeData): string | null {
  const kind = useCredentialKind(data);
  const id = settingsOf(data).credential_id;
  const loaded = useCredentials((state) => state.loaded);
  const found = useCredentials((state) => state.credentials.find((credential) => credential.id === id));
  if (kind === null || !loaded) return null;
  if (id === null) return "Needs a credential";
  if (!found) return "Its credential is no longer there";
  if (found.problem) return `Its credential cannot be used: ${found.problem.message}`;
  return null;
}
