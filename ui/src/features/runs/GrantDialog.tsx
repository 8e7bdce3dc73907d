/** Asks before a workflow is granted something, and shows exactly what. */
import { Button, Modal, Text } from "@mantine/core";
import type { Grant } from "../../bindings/Grant";
import type { RunId } from "../../bindings/RunId";
import { displayText } from "../../components/displayText";
import { grantAndRetry } from "../../state/runCommands";
import classes from "./Dialogs.module.css";

/** What a grant is for, in short: `127.0.0.1:8080`, or a folder. */
export function grantText(grant: Grant): string {
  return grant.type === "host" ? `${displayText(grant.host, 80)}:${grant.port}` : displayText(grant.path, 80);
}

/** The question. */
export function GrantDialog({ runId, grant, onClose }: { runId: RunId; grant: Grant; onClose(): void }) {
  const allow = () => {
    onClose();
    void grantAndRetry(runId, grant);
  };
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Allow this workflow to reach it?</Text>} size={480}>
      <Text size="sm">
        {grant.type === "host"
          ? "Every node of this workflow may then send requests to exactly this address, which is on this machine or in your network:"
          : `Every node of this workflow may then read${grant.write ? " and write" : ""} files in this folder and below:`}
      </Text>
      <div className={classes.granted}>
        <bdi>
          {grant.type === "host" ? `${displayText(grant.host, 1000)}:${grant.port}` : displayText(grant.path, 2000)}
        </bdi>
      </div>
      <Text size="sm" c="dimmed">
        Other workflows stay as they are. You can take it back in the menu of the workflow, under “May reach”.
      </Text>
      <div className={classes.end}>
        <Button variant="default" data-autofocus onClick={onClose}>
          Do not allow
        </Button>
        <Button onClick={allow}>Allow and retry</Button>
      </div>
    </Modal>
  );
}
