/** The twin's credentials. Of a secret value only its name is kept; the value is thrown away. */
import type { CredentialDraft } from "../../bindings/CredentialDraft";
import type { CredentialId } from "../../bindings/CredentialId";
import type { CredentialSpec } from "../../bindings/CredentialSpec";
import type { CredentialSummary } from "../../bindings/CredentialSummary";
import type { Error as CoreError } from "../../bindings/Error";
import type { Problem } from "../../bindings/Problem";
import type { ProblemCode } from "../../bindings/ProblemCode";
import kinds from "./credentialKinds.json";
import type { Part } from "./part";
import { machineOf, reachKeychain } from "./settings";
import { coreError, invalidInput, type World } from "./world";

/** The core's own kinds, as its tests write them to the file. */
const CREDENTIAL_KINDS = kinds as unknown as readonly CredentialSpec[];
const NAME_LIMIT = 200;
/** Kinds whose own values name the host they are for. */
const NAMES_ITS_HOST: readonly string[] = ["smtp", "imap", "database"];
/** Name of the value that says that OAuth 2 is connected. */
const ACCESS: string = "access_token";

/** Credentials, and what tests say about the services behind them. */
export class Credentials {
  readonly summaries = new Map<CredentialId, CredentialSummary>();
  /** What the next test of a credential finds; nothing wrong when it is not said. */
  outcome: CoreError | null = null;
  /** How long the person takes to agree in the browser, in milliseconds. */
  consentTakes = 300;
  /** What comes of it when it is not consent. */
  refusal: CoreError | null = null;
  /** How a sign-in that waits is ended. */
  readonly signIns = new Map<CredentialId, () => void>();

  find(id: CredentialId): CredentialSummary {
    const found = this.summaries.get(id);
    if (!found) throw coreError("not_found", "This credential is no longer there.", "Choose another one.");
    return found;
  }
}

const known = new WeakMap<World, Credentials>();

/** The credentials of a twin. */
export function credentialsOf(world: World): Credentials {
  const found = known.get(world) ?? new Credentials();
  known.set(world, found);
  return found;
}

/** Commands on credentials. */
export function credentialCommands(world: World): Part {
  const credentials = credentialsOf(world);
  const keep = (summary: CredentialSummary) => {
    const kept = { ...summary, problem: summary.problem ?? notConnected(summary) };
    credentials.summaries.set(kept.id, kept);
    world.changed("credential", kept.id);
    return kept;
  };
  const reach = async (draft: CredentialDraft) => {
    if (!draft.session_only) await reachKeychain(machineOf(world));
  };
  return {
    commands: {
      credential_kinds: () => [...CREDENTIAL_KINDS],
      list_credentials: () => [...credentials.summaries.values()],
      create_credential: async ({ draft }) => {
        const checked = check(credentials, draft, null);
        await reach(draft);
        const now = world.now();
        return keep({ id: world.id(), version: 1, created_at: now, updated_at: now, problem: null, ...checked });
      },
      update_credential: async ({ credential_id, draft }) => {
        const before = credentials.find(credential_id);
        const checked = check(credentials, draft, before);
        await reach(draft);
        return keep({ ...before, ...checked, version: before.version + 1, updated_at: world.now(), problem: null });
      },
      delete_credential: ({ credential_id }) => {
        credentials.find(credential_id);
        credentials.signIns.get(credential_id)?.();
        credentials.summaries.delete(credential_id);
        world.changed("credential", credential_id);
        return null;
      },
      test_credential: ({ credential_id }) => {
        const found = credentials.find(credential_id);
        return { ...found, problem: found.problem ?? credentials.outcome };
      },
      authorize_credential: async ({ credential_id }) => {
        const before = credentials.find(credential_id);
        await consent(credentials, credential_id);
        if (credentials.refusal) throw credentials.refusal;
        const secret_fields = [...new Set([...before.secret_fields, ACCESS])];
        return keep({ ...before, secret_fields, version: before.version + 1, problem: null });
      },
      cancel_authorization: ({ credential_id }) => {
        credentials.signIns.get(credential_id)?.();
        return null;
      },
    },
  };
}

/** Waits for the person to agree. One sign-in of a credential waits at a time. */
async function consent(credentials: Credentials, id: CredentialId): Promise<void> {
  credentials.signIns.get(id)?.();
  await new Promise<void>((resolve, reject) => {
    const agreed = setTimeout(resolve, credentials.consentTakes);
    credentials.signIns.set(id, () => {
      clearTimeout(agreed);
      credentials.signIns.delete(id);
      reject(coreError("canceled", "The sign-in was cancelled.", "Connect again at any time."));
    });
  });
  credentials.signIns.delete(id);
}

function notConnected({ kind, secret_fields }: CredentialSummary): CoreError | null {
  if (kind !== "o_auth2" || secret_fields.includes(ACCESS)) return null;
  return coreError("key_missing", "It is not connected yet.", "Connect it in the browser.");
}

type Checked = Pick<CredentialSummary, "name" | "kind" | "hosts" | "public_fields" | "secret_fields" | "session_only">;

/** What is kept of a draft, unless it breaks a rule. */
function check(credentials: Credentials, draft: CredentialDraft, before: CredentialSummary | null): Checked {
  const spec = CREDENTIAL_KINDS.find(({ kind }) => kind === draft.kind);
  const problems: Problem[] = [];
  const note = (path: string, code: ProblemCode, message: string) => problems.push({ path, code, message });
  if (!spec) throw invalidInput([{ path: "kind", code: "invalid_value", message: "Choose a kind." }]);
  const name = draft.name.trim();
  if (name === "") note("name", "missing", "A credential needs a name.");
  if ([...name].length > NAME_LIMIT) note("name", "too_large", `${NAME_LIMIT} characters are allowed.`);
  const same = [...credentials.summaries.values()].find((other) => other.name === name && other.id !== before?.id);
  if (same) note("name", "invalid_value", `There is a credential “${name}” already.`);
  if (before && before.session_only !== draft.session_only) {
    note("session_only", "invalid_value", "Where a credential is kept stays as it is. Create another one.");
  }
  const values = takeFields(spec, draft, before, note);
  const own = NAMES_ITS_HOST.includes(draft.kind);
  const hosts = own ? ownHosts(values.public_fields) : checkedHosts(draft.hosts, note);
  if (problems.length > 0) throw invalidInput(problems);
  return { name, kind: draft.kind, hosts, session_only: draft.session_only, ...values };
}

type NoteProblem = (path: string, code: ProblemCode, message: string) => void;

function takeFields(spec: CredentialSpec, draft: CredentialDraft, before: CredentialSummary | null, note: NoteProblem) {
  const public_fields: Record<string, string> = {};
  const secret_fields = before?.secret_fields.filter((name) => name === ACCESS) ?? [];
  for (const { name, title, secret, required, default: preset } of spec.fields) {
    const given = draft.fields[name]?.trim();
    if (secret) {
      const set = given === undefined ? before?.secret_fields.includes(name) : given !== "";
      if (set) secret_fields.push(name);
      else if (required) note(`fields.${name}`, "missing", `${title} is missing.`);
    } else {
      const value = given || preset;
      if (value !== "") public_fields[name] = value;
      else if (required) note(`fields.${name}`, "missing", `${title} is missing.`);
    }
  }
  return { public_fields, secret_fields };
}

function ownHosts({ host, port }: Record<string, string>): string[] {
  return host === undefined ? ["db.example.com:5432"] : [`${host}:${port}`];
}

function checkedHosts(hosts: readonly string[], note: NoteProblem): string[] {
  if (hosts.length === 0) note("hosts", "missing", "Name the host it may be sent to, such as api.example.com.");
  hosts.forEach((host, index) => {
    const wildcard = host.replace(/^\*\./, "").includes("*");
    if (wildcard) note(`hosts[${index}]`, "invalid_value", "A * stands only in front of a name, as in *.example.com.");
    else if (!/^(\*\.)?[a-z0-9._-]+(:\d{1,5})?$/i.test(host)) {
      note(`hosts[${index}]`, "invalid_value", "This is not a host, such as api.example.com or 127.0.0.1:8080.");
    }
  });
  return [...new Set(hosts.map((host) => host.toLowerCase()))];
}
