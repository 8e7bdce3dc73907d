/** What a workflow may reach beyond the public internet: hosts of this machine or network, and folders. */
import { Button, Checkbox, Modal, SegmentedControl, Skeleton, Text, TextInput } from "@mantine/core";
import { IconFolder, IconServer2 } from "@tabler/icons-react";
import { type FormEvent, useRef, useState } from "react";
import type { Grant } from "../../bindings/Grant";
import { displayText } from "../../components/displayText";
import { sentences } from "../../components/sentences";
import { useIsTopDialog } from "../../state/dialogs";
import { grantName, useGrants } from "../../state/grants";
import { ErrorCard } from "../errors/ErrorCard";
import { parseFolder, parseHost } from "./parse";
import classes from "./ReachDialog.module.css";

/** The dialog, while it is open. */
export function ReachDialog() {
  const workflowId = useGrants((state) => state.workflowId);
  const close = useGrants((state) => state.close);
  const isTop = useIsTopDialog(workflowId !== null);
  if (workflowId === null) return null;
  return (
    <Modal
      opened
      onClose={close}
      closeOnEscape={isTop}
      title={<Text fw={600}>What this workflow may reach</Text>}
      size={540}
    >
      <Text size="sm" className={classes.about}>
        Public internet addresses need no permission. Of this machine, your network and your files it reaches only:
      </Text>
      <Grants />
      <AddForm />
    </Modal>
  );
}

function Grants() {
  const { grants, error, load } = useGrants();
  const list = useRef<HTMLUListElement>(null);
  const remove = async (grant: Grant, index: number) => {
    await useGrants.getState().remove(grant);
    // The row that comes up takes the keyboard over.
    requestAnimationFrame(() => {
      const buttons = list.current?.querySelectorAll("button") ?? [];
      (buttons[Math.min(index, buttons.length - 1)] ?? document.querySelector<HTMLElement>("#grant-entry"))?.focus();
    });
  };
  if (error) return <ErrorCard error={error} remedies={{ retry: () => void load() }} />;
  if (!grants) return <Skeleton height={38} />;
  if (grants.length === 0) return <div className={classes.none}>Nothing so far.</div>;
  return (
    <ul className={classes.list} aria-label="Allowed" ref={list}>
      {grants.map((grant, index) => (
        <li key={JSON.stringify(grant)} className={classes.row}>
          {grant.type === "host" ? <IconServer2 size={16} aria-hidden /> : <IconFolder size={16} aria-hidden />}
          <bdi className={classes.name}>{displayText(grantName(grant), 400)}</bdi>
          {grant.type === "folder" && (
            <span className={classes.kind}>{grant.write ? "read and write" : "read only"}</span>
          )}
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Remove ${grantName(grant)}`}
            onClick={() => void remove(grant, index)}
          >
            Remove
          </Button>
        </li>
      ))}
    </ul>
  );
}

function AddForm() {
  const [type, setType] = useState<Grant["type"]>("host");
  const [text, setText] = useState("");
  const [write, setWrite] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const parsed = type === "host" ? parseHost(text) : parseFolder(text, write);
    if ("problem" in parsed) {
      setProblem(parsed.problem);
      return;
    }
    setBusy(true);
    const error = await useGrants.getState().add(parsed.grant);
    setBusy(false);
    setProblem(error && sentences(error.message, error.hint));
    if (!error) setText("");
  };
  const choose = (value: string) => {
    setType(value as Grant["type"]);
    setProblem(null);
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} aria-label="Allow something">
      <SegmentedControl
        size="xs"
        className={classes.types}
        aria-label="What is allowed"
        value={type}
        onChange={choose}
        data={[
          { value: "host", label: "Host and port" },
          { value: "folder", label: "Folder" },
        ]}
      />
      <div className={classes.entry}>
        <TextInput
          id="grant-entry"
          data-autofocus
          size="xs"
          className={classes.grow}
          aria-label={type === "host" ? "Host and port" : "Folder"}
          placeholder={type === "host" ? "127.0.0.1:8080" : "/home/you/reports"}
          spellCheck={false}
          classNames={{ input: classes.code ?? "" }}
          value={text}
          error={problem}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <Button type="submit" loading={busy}>
          Allow
        </Button>
      </div>
      {type === "folder" && (
        <Checkbox
          size="xs"
          label="Files may be written, too"
          checked={write}
          onChange={(event) => setWrite(event.currentTarget.checked)}
        />
      )}
      <Text size="xs" c="dimmed">
        {type === "host"
          ? "Every node of this workflow may then send requests to exactly this host and port."
          : "Every node of this workflow may then use files in this folder and below."}
      </Text>
    </form>
  );
}
