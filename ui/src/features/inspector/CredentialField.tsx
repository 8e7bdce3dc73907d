/** Which credential a node uses: one of those that fit, or a new one made in place. */
import { Button, Select } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useId } from "react";
import type { CredentialKind } from "../../bindings/CredentialKind";
import type { Node } from "../../bindings/Node";
import { displayText } from "../../components/displayText";
import { IconAction } from "../../components/IconAction";
import { settingsOf } from "../../graph/settings";
import { useCredentialDialog } from "../../state/credentialDialog";
import { useCredentials } from "../../state/credentials";
import { changeSettings } from "../../state/nodeSettings";
import classes from "./Inspector.module.css";

/** The field. */
export function CredentialField({ node, kind }: { node: Node; kind: CredentialKind }) {
  const id = useId();
  const { credentials, kinds, loaded } = useCredentials();
  const current = settingsOf(node.data).credential_id;
  const fitting = credentials.filter((credential) => credential.kind === kind || credential.id === current);
  const chosen = fitting.find((credential) => credential.id === current);
  const options = fitting.map(({ id: value, name, hosts }) => ({
    value,
    label: `${displayText(name, 80)} (${displayText(hosts.join(", "), 60)})`,
  }));
  if (current !== null && !chosen) options.push({ value: current, label: "One that is no longer there" });
  const kindName = kinds.find((spec) => spec.kind === kind)?.name ?? kind;
  const use = (credential_id: string | null) => void changeSettings(node.id, { credential_id });
  const create = () => useCredentialDialog.getState().open({ id: null, kind, created: use });
  return (
    <div className={classes.field} data-parameter="settings.credential_id">
      <div className={classes.fieldHead}>
        <label className={classes.fieldTitle} htmlFor={id}>
          Credential
        </label>
      </div>
      <div className={classes.chosen}>
        <Select
          id={id}
          size="xs"
          aria-label="Credential"
          data={options}
          value={current}
          disabled={!loaded}
          placeholder={options.length > 0 ? "Choose" : "None of this kind yet"}
          nothingFoundMessage="None of this kind yet"
          clearable
          error={loaded && current !== null && !chosen}
          comboboxProps={{ shadow: "md", transitionProps: { duration: 80 } }}
          onChange={use}
        />
        {chosen && (
          <IconAction
            label="Edit the credential"
            onClick={() => useCredentialDialog.getState().open({ id: chosen.id, kind: chosen.kind })}
          >
            <IconPencil size={15} />
          </IconAction>
        )}
        <Button variant="default" onClick={create}>
          New…
        </Button>
      </div>
      <div className={classes.help}>{kindName}. Kept in the keychain, never in the workflow.</div>
    </div>
  );
}
