/** What Bridge is, where its data lies, and what leaves the machine. */
import { CopyButton, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { IconAction } from "../../components/IconAction";
import { useStatus } from "../../state/status";
import { Section } from "./Section";
import classes from "./SettingsDialog.module.css";

/** The page. */
export function AboutPage() {
  const status = useStatus((state) => state.status);
  return (
    <div className={classes.sections}>
      <h2 className={classes.title}>About Bridge</h2>
      <Section title="Version">
        <Text size="sm">{status?.version ?? "not known"}</Text>
      </Section>
      <Section title="Your data" note="Workflows, versions, conversations and settings are in this folder.">
        <div className={classes.found}>
          <code className={classes.folder}>{status?.data_folder ?? "not known"}</code>
          <CopyButton value={status?.data_folder ?? ""}>
            {({ copied, copy }) => (
              <IconAction label={copied ? "Copied" : "Copy the folder"} size={24} onClick={copy}>
                {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              </IconAction>
            )}
          </CopyButton>
        </div>
      </Section>
      <Section title="What leaves this machine">
        <ul className={classes.leaves}>
          <li>What you ask the assistant goes to the provider you chose, with the workflow if you include it.</li>
          <li>
            Keys, passwords and what looks like them are taken out before. “See what would be sent” shows the rest.
          </li>
          <li>With the built-in assistant or a server on this machine, nothing leaves it.</li>
          <li>A run talks to the services its nodes name. Nothing else is sent: no telemetry, no account.</li>
          <li>API keys are in the keychain, and go only to their own provider’s address.</li>
        </ul>
      </Section>
    </div>
  );
}
