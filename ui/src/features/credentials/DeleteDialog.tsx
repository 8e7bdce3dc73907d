/** Asks before a credential is deleted for good, and names the workflows that use it. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import type { CredentialSummary } from "../../bindings/CredentialSummary";
import type { Error as CoreError } from "../../bindings/Error";
import { displayText } from "../../components/displayText";
import { asCoreError } from "../../ipc";
import { useCredentials } from "../../state/credentials";
import { type Uses, usesOf } from "../../state/credentialUses";
import { useIsTopDialog } from "../../state/dialogs";
import { ErrorCard } from "../errors/ErrorCard";
import classes from "./Credentials.module.css";

/** Names listed at most. */
const LISTED = 20;

/** The question. */
export function DeleteDialog({ credential, onClose }: { credential: CredentialSummary; onClose(): void }) {
  const [uses, setUses] = useState<Uses | null>(null);
  const [busy, setBusy] = useState(false);
  const isTop = useIsTopDialog();
  const [error, setError] = useState<CoreError | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void usesOf(credential.id, stop.signal).then((found) => !stop.signal.aborted && setUses(found));
    return () => stop.abort();
  }, [credential.id]);
  const remove = async () => {
    setBusy(true);
    try {
      await useCredentials.getState().remove(credential.id);
      onClose();
    } catch (cause) {
      setError(asCoreError(cause));
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnEscape={isTop}
      title={<Text fw={600}>Delete this credential?</Text>}
      size={460}
      zIndex={320}
    >
      <div className={classes.form}>
        <Text size="sm">
          “<bdi>{displayText(credential.name)}</bdi>” is deleted for good. Its secret values cannot be brought back.
        </Text>
        <div className={classes.uses} role="status">
          <UsesText uses={uses} />
        </div>
        {error && <ErrorCard error={error} remedies={{ retry: () => void remove() }} />}
        <Group gap={8} justify="flex-end">
          <Button variant="default" data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={busy} onClick={() => void remove()}>
            Delete
          </Button>
        </Group>
      </div>
    </Modal>
  );
}

function UsesText({ uses }: { uses: Uses | null }) {
  if (!uses) return <Text size="sm">Looking for workflows that use it…</Text>;
  const { names, complete } = uses;
  if (names.length === 0) {
    return <Text size="sm">{complete ? "No workflow uses it." : "No workflow that could be read uses it."}</Text>;
  }
  return (
    <>
      <Text size="sm">{names.length === 1 ? "One workflow uses it:" : `${names.length} workflows use it:`}</Text>
      <ul>
        {names.slice(0, LISTED).map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two workflows may have one name
          <li key={index}>{displayText(name)}</li>
        ))}
      </ul>
      <Text size="sm">Its nodes will fail until they are given another one.</Text>
    </>
  );
}
