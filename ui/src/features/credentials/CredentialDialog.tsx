/** The form of one credential, over whatever asked for it. What is typed is not thrown away without a question. */
import { Button, Group, Loader, Modal, Select, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { CredentialKind } from "../../bindings/CredentialKind";
import type { Error as CoreError } from "../../bindings/Error";
import { type CredentialRequest, useCredentialDialog } from "../../state/credentialDialog";
import { useCredentials } from "../../state/credentials";
import { useIsTopDialog } from "../../state/dialogs";
import { useToasts } from "../../state/toasts";
import { ErrorCard } from "../errors/ErrorCard";
import { CredentialFields } from "./CredentialFields";
import classes from "./Credentials.module.css";
import { TestResult, useTesting } from "./TestResult";
import { useConnecting } from "./useConnecting";
import { useCredentialForm } from "./useCredentialForm";

/** The open form, if any. */
export function CredentialDialog() {
  const request = useCredentialDialog((state) => state.request);
  return request ? <OpenDialog request={request} /> : null;
}

function OpenDialog({ request }: { request: CredentialRequest }) {
  const kinds = useCredentials((state) => state.kinds);
  // One that was just made is edited from then on: it may still have to be connected or tested.
  const [id, setId] = useState(request.id);
  const before = useCredentials((state) => state.credentials.find((credential) => credential.id === id));
  const [chosen, setChosen] = useState<CredentialKind | null>(request.kind);
  const kind = before?.kind ?? chosen ?? kinds[0]?.kind;
  const spec = kinds.find((candidate) => candidate.kind === kind);
  const form = useCredentialForm(spec, before);
  const { connecting, connect, cancel } = useConnecting();
  const testing = useTesting();
  const [asking, setAsking] = useState(false);
  const isTop = useIsTopDialog();
  const close = useCredentialDialog.getState().close;
  const isOAuth = kind === "o_auth2";

  const save = async (options: { sessionOnly?: boolean } = {}) => {
    testing.forget();
    const saved = await form.save(options);
    if (!saved) return;
    if (id === null) {
      setId(saved.id);
      request.created?.(saved.id);
    }
    useToasts.getState().show({ kind: "success", message: `“${saved.name}” was saved.` });
    if (isOAuth && saved.problem !== null) void connect(saved.id);
    else close();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save();
  };
  const busy = form.busy || connecting.state === "waiting";
  return (
    <Modal
      opened
      onClose={() => (form.touched ? setAsking(true) : close())}
      title={before ? "Credential" : "New credential"}
      size={520}
      zIndex={320}
      closeOnClickOutside={false}
      closeOnEscape={isTop}
      classNames={{ title: classes.dialogTitle }}
    >
      <form className={classes.form} onSubmit={submit} aria-label="Credential" noValidate>
        {id === null && request.kind === null ? (
          <Select
            size="xs"
            label="Kind"
            allowDeselect={false}
            data={kinds.map((candidate) => ({ value: candidate.kind, label: candidate.name }))}
            value={kind ?? null}
            description={spec?.description}
            comboboxProps={{ zIndex: 330 }}
            onChange={(value) => setChosen(value as CredentialKind | null)}
          />
        ) : (
          <p className={classes.note}>
            {spec?.name}: {spec?.description}
          </p>
        )}
        {spec && <CredentialFields key={spec.kind} spec={spec} before={before} form={form} />}
        <div className={classes.footer}>
          {form.error !== null && <Refusal error={form.error} isNew={id === null} save={save} />}
          {before && before.problem !== null && connecting.state === "idle" && !form.touched && (
            <ErrorCard error={before.problem} title="It cannot be used now" />
          )}
          {connecting.state === "waiting" && (
            <div className={classes.waiting} role="status">
              <Loader size={14} />
              <Text size="sm" flex={1}>
                Waiting for you to agree in the browser, ten minutes at most.
              </Text>
              <Button size="compact-xs" variant="default" onClick={cancel}>
                Cancel
              </Button>
            </div>
          )}
          {connecting.state === "stopped" && (
            <p className={classes.note} role="status">
              The sign-in was cancelled. You can close its page in the browser.
            </p>
          )}
          {connecting.state === "done" && <p className={classes.works}>Connected.</p>}
          {connecting.state === "failed" && (
            <ErrorCard
              error={connecting.error}
              title="It was not connected"
              remedies={{ retry: () => id !== null && void connect(id) }}
            />
          )}
          <TestResult testing={testing} />
          {asking && (
            <div className={classes.waiting} role="alertdialog" aria-label="Text that is not saved">
              <Text size="sm" flex={1}>
                What you typed is not saved.
              </Text>
              <Button size="compact-xs" variant="default" autoFocus onClick={() => setAsking(false)}>
                Go back to it
              </Button>
              <Button size="compact-xs" color="red" variant="light" onClick={close}>
                Discard it
              </Button>
            </div>
          )}
          <Group gap={8} justify="flex-end">
            {before && (
              <Button
                variant="default"
                disabled={busy || form.touched}
                loading={testing.state === "busy"}
                title={form.touched ? "Save first: the test uses what is saved." : undefined}
                onClick={() => void testing.test(before.id)}
              >
                Test
              </Button>
            )}
            {before && isOAuth && (
              <Button variant="default" disabled={busy || form.touched} onClick={() => void connect(before.id)}>
                {before.problem === null ? "Connect again in the browser" : "Connect in the browser"}
              </Button>
            )}
            <Button type="submit" loading={form.busy} disabled={connecting.state === "waiting" || !spec}>
              {isOAuth && !before ? "Save and connect" : "Save"}
            </Button>
          </Group>
        </div>
      </form>
    </Modal>
  );
}

interface RefusalProps {
  error: CoreError;
  isNew: boolean;
  save(options?: { sessionOnly?: boolean }): Promise<void>;
}

/** What keeps it from being saved. Problems of fields stand at their fields. */
function Refusal({ error, isNew, save }: RefusalProps) {
  const others = error.problems.filter(({ path }) => !/^(name|hosts|fields\.)/.test(path));
  if (error.code === "invalid_input" && error.problems.length > 0 && others.length === 0) return null;
  const retry = () => void save();
  // Where one is kept stays as it was created.
  const remedies = isNew ? { retry, session_key: () => void save({ sessionOnly: true }) } : { retry };
  const title = error.code === "invalid_input" ? { title: "It was not saved" } : {};
  return <ErrorCard error={{ ...error, problems: others }} remedies={remedies} {...title} />;
}
