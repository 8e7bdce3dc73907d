/** All credentials: what each is for, whether it can be used, and what can be done with it. A page of the settings. */
import { Button, Loader, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { CredentialSummary } from "../../bindings/CredentialSummary";
import { displayText } from "../../components/displayText";
import { sentences } from "../../components/sentences";
import { useCredentialDialog } from "../../state/credentialDialog";
import { useCredentials } from "../../state/credentials";
import { ErrorCard } from "../errors/ErrorCard";
import classes from "./Credentials.module.css";
import { DeleteDialog } from "./DeleteDialog";
import { TestResult, useTesting } from "./TestResult";

/** The page. */
export function CredentialsPage() {
  const { credentials, loaded, error, load } = useCredentials();
  const [deleting, setDeleting] = useState<CredentialSummary | null>(null);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h2 className={classes.title}>Credentials</h2>
        <Button
          leftSection={<IconPlus size={15} />}
          disabled={!loaded}
          onClick={() => useCredentialDialog.getState().open({ id: null, kind: null })}
        >
          New credential
        </Button>
      </div>
      <p className={classes.note}>
        What nodes sign in with. Secret values are kept sealed, with a key in the keychain of this machine, and sent to
        the named hosts only; workflows and the assistant see the name alone. Keys of model providers are on the pages
        of the providers.
      </p>
      {error && <ErrorCard error={error} remedies={{ retry: () => void load() }} />}
      {!loaded && !error && <Loader size="sm" aria-label="Reading the credentials" />}
      {loaded && credentials.length === 0 && (
        <Text size="sm" c="dimmed" className={classes.empty}>
          No credentials yet.
        </Text>
      )}
      <ul className={classes.list} aria-label="Credentials">
        {credentials.map((credential) => (
          <Row key={credential.id} credential={credential} onDelete={() => setDeleting(credential)} />
        ))}
      </ul>
      {deleting && <DeleteDialog credential={deleting} onClose={() => setDeleting(null)} />}
    </div>
  );
}

function Row({ credential, onDelete }: { credential: CredentialSummary; onDelete(): void }) {
  const { id, name, kind, hosts, problem, session_only } = credential;
  const kindName = useCredentials((state) => state.kinds.find((spec) => spec.kind === kind)?.name ?? kind);
  const testing = useTesting();
  return (
    <li className={classes.row}>
      <div className={classes.rowHead}>
        <div className={classes.about}>
          <bdi className={classes.name}>{displayText(name)}</bdi>
          <span className={classes.note}>
            {kindName}
            {session_only && ", for this session only"} · <bdi>{displayText(hosts.join(", "), 200)}</bdi>
          </span>
          {problem && <span className={classes.problem}>{sentences(problem.message, problem.hint)}</span>}
        </div>
        <Button
          size="compact-xs"
          variant="default"
          loading={testing.state === "busy"}
          aria-label={`Test ${name}`}
          onClick={() => void testing.test(id)}
        >
          Test
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Edit ${name}`}
          onClick={() => useCredentialDialog.getState().open({ id, kind })}
        >
          Edit
        </Button>
        <Button size="compact-xs" variant="default" color="red" aria-label={`Delete ${name}`} onClick={onDelete}>
          Delete
        </Button>
      </div>
      <TestResult testing={testing} />
    </li>
  );
}
