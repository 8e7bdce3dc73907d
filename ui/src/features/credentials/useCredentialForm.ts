/** What is typed into the form of a credential, what the core says about it, and saving it. */
import { useState } from "react";
import type { CredentialKind } from "../../bindings/CredentialKind";
import type { CredentialSpec } from "../../bindings/CredentialSpec";
import type { CredentialSummary } from "../../bindings/CredentialSummary";
import type { Error as CoreError } from "../../bindings/Error";
import { asCoreError } from "../../ipc";
import { useCredentials } from "../../state/credentials";

/** Kinds whose own values name the host they are for. */
const NAMES_ITS_HOST: readonly CredentialKind[] = ["smtp", "imap", "database"];

/** Whether hosts are asked for. */
export function asksForHosts(kind: CredentialKind): boolean {
  return !NAMES_ITS_HOST.includes(kind);
}

/** The form. `before` is the credential it changes. */
export function useCredentialForm(spec: CredentialSpec | undefined, before: CredentialSummary | undefined) {
  const [name, setName] = useState(before?.name ?? "");
  const [hosts, setHosts] = useState(before?.hosts.join("\n") ?? "");
  const [fields, setFields] = useState<Readonly<Record<string, string>>>({});
  const [sessionOnly, setSessionOnly] = useState(before?.session_only ?? false);
  const [touched, setTouched] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CoreError | null>(null);

  const touch = <T>(set: (value: T) => void) => {
    return (value: T) => {
      setTouched(true);
      set(value);
    };
  };
  /** Saves. Null when it was refused: `error` and `problemAt` say why. */
  const save = async (options: { sessionOnly?: boolean } = {}): Promise<CredentialSummary | null> => {
    if (!spec || busy) return null;
    const session_only = options.sessionOnly ?? sessionOnly;
    setBusy(true);
    setError(null);
    try {
      const draft = {
        name,
        kind: spec.kind,
        hosts: linesOf(hosts),
        fields: valuesOf(spec, fields, before),
        session_only,
      };
      const saved = await useCredentials.getState().save(draft, before?.id ?? null);
      setFields({});
      setHosts(saved.hosts.join("\n"));
      setName(saved.name);
      setSessionOnly(saved.session_only);
      setTouched(false);
      return saved;
    } catch (cause) {
      setError(asCoreError(cause));
      return null;
    } finally {
      setBusy(false);
    }
  };
  return {
    name,
    hosts,
    sessionOnly,
    touched,
    busy,
    error,
    setName: touch(setName),
    setHosts: touch(setHosts),
    setSessionOnly: touch(setSessionOnly),
    setField: touch(({ field, value }: { field: string; value: string | undefined }) =>
      setFields((all) => {
        const { [field]: _, ...others } = all;
        return value === undefined ? others : { ...others, [field]: value };
      }),
    ),
    /** What was typed into a field; undefined when nothing was. */
    typed: (field: string) => fields[field],
    /** What is wrong at a path, such as `fields.token`. */
    problemAt: (path: string) => error?.problems.find((problem) => problem.path === path)?.message,
    /** What is wrong with the hosts, each named. */
    hostProblems: (error?.problems ?? []).flatMap(({ path, message }) => {
      const [, index] = /^hosts(?:\[(\d+)\])?$/.exec(path) ?? [];
      if (!path.startsWith("hosts")) return [];
      const host = index === undefined ? undefined : linesOf(hosts)[Number(index)];
      return [host === undefined ? message : `${host}: ${message}`];
    }),
    save,
  };
}

/** The form, for the parts that show it. */
export type CredentialFormState = ReturnType<typeof useCredentialForm>;

function linesOf(text: string): string[] {
  return text.split(/[\n,]/).flatMap((line) => line.trim() || []);
}

/** Everything that is sent: a secret that was not typed is left out and stays as it is. */
function valuesOf(
  spec: CredentialSpec,
  typed: Readonly<Record<string, string>>,
  before: CredentialSummary | undefined,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, secret } of spec.fields) {
    const value = typed[name] ?? (secret ? undefined : before?.public_fields[name]);
    if (value !== undefined) values[name] = value;
  }
  return values;
}
