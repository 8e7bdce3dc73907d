/** The fields of a credential, made from what its kind consists of. Secrets go in and are never shown again. */
import { Button, Switch, Textarea, TextInput } from "@mantine/core";
import type { CredentialField } from "../../bindings/CredentialField";
import type { CredentialSpec } from "../../bindings/CredentialSpec";
import type { CredentialSummary } from "../../bindings/CredentialSummary";
import classes from "./Credentials.module.css";
import { asksForHosts, type CredentialFormState } from "./useCredentialForm";

interface Props {
  spec: CredentialSpec;
  before: CredentialSummary | undefined;
  form: CredentialFormState;
}

/** The fields. */
export function CredentialFields({ spec, before, form }: Props) {
  return (
    <>
      <TextInput
        size="xs"
        label="Name"
        description="What you call it."
        withAsterisk
        data-autofocus
        value={form.name}
        error={form.problemAt("name")}
        onChange={(event) => form.setName(event.currentTarget.value)}
      />
      {spec.fields.map((field) =>
        field.secret ? (
          <SecretInput key={field.name} field={field} isSet={before?.secret_fields.includes(field.name)} form={form} />
        ) : (
          <TextInput
            key={field.name}
            size="xs"
            label={field.title}
            description={field.description}
            withAsterisk={field.required}
            spellCheck={false}
            autoComplete="off"
            placeholder={field.default}
            value={form.typed(field.name) ?? before?.public_fields[field.name] ?? ""}
            error={form.problemAt(`fields.${field.name}`)}
            onChange={(event) => form.setField({ field: field.name, value: event.currentTarget.value })}
          />
        ),
      )}
      {asksForHosts(spec.kind) && (
        <Textarea
          size="xs"
          label="Hosts"
          description="It is sent to these hosts only, one on each line: api.example.com, 127.0.0.1:8080 or *.example.com."
          withAsterisk
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          classNames={{ input: classes.code ?? "" }}
          value={form.hosts}
          error={form.hostProblems.length > 0 ? form.hostProblems.join(" ") : undefined}
          onChange={(event) => form.setHosts(event.currentTarget.value)}
        />
      )}
      {before ? (
        before.session_only && <p className={classes.note}>Kept in memory only, until Bridge ends.</p>
      ) : (
        <Switch
          size="sm"
          label="For this session only"
          description="Kept in memory, not in the keychain. It is gone when Bridge ends."
          checked={form.sessionOnly}
          onChange={(event) => form.setSessionOnly(event.currentTarget.checked)}
        />
      )}
    </>
  );
}

interface SecretProps {
  field: CredentialField;
  isSet: boolean | undefined;
  form: CredentialFormState;
}

/** A secret: what is typed is sent once. Left empty, the one that is set stays. */
function SecretInput({ field, isSet = false, form }: SecretProps) {
  const typed = form.typed(field.name);
  const removed = isSet && typed === "";
  return (
    <div className={classes.secret}>
      <TextInput
        size="xs"
        type="password"
        className={classes.grow}
        label={field.title}
        description={isSet ? `${field.description} Leave it empty to keep the one that is set.` : field.description}
        withAsterisk={field.required && !isSet}
        autoComplete="new-password"
        spellCheck={false}
        placeholder={removed ? "removed when you save" : isSet ? "set" : ""}
        value={typed ?? ""}
        error={form.problemAt(`fields.${field.name}`)}
        onChange={(event) => form.setField({ field: field.name, value: event.currentTarget.value || undefined })}
      />
      {isSet && !field.required && (
        <Button variant="default" onClick={() => form.setField({ field: field.name, value: removed ? undefined : "" })}>
          {removed ? "Keep it" : "Remove"}
        </Button>
      )}
    </div>
  );
}
