/** Exactly what goes, or went, over the wire, for a person to read. */
import { Code, CopyButton, Group, Loader, Modal, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { Error as CoreError } from "../../bindings/Error";
import type { Payload } from "../../bindings/Payload";
import { IconAction } from "../../components/IconAction";
import { asCoreError } from "../../ipc";
import { revealHidden } from "../../state/hiddenText";
import { ErrorCard } from "../errors/ErrorCard";
import classes from "./PayloadDialog.module.css";

/** Longest body that is drawn, in characters; all of it can be copied. */
const LONGEST = 200_000;

interface Props {
  title: string;
  read(): Promise<Payload[]>;
  onClose(): void;
}

/** Reads payloads once and shows them. */
export function PayloadDialog({ title, read, onClose }: Props) {
  const [payloads, setPayloads] = useState<Payload[] | null>(null);
  const [error, setError] = useState<CoreError | null>(null);
  const reading = useRef(read);
  useEffect(() => {
    let wanted = true;
    reading.current().then(
      (found) => wanted && setPayloads(found),
      (cause) => wanted && setError(asCoreError(cause)),
    );
    return () => {
      wanted = false;
    };
  }, []);
  return (
    <Modal opened onClose={onClose} title={title} size="xl">
      {payloads === null && error === null && <Loader size="sm" aria-label="Reading" />}
      {error !== null && <ErrorCard error={error} />}
      {payloads?.length === 0 && <Text size="sm">Nothing is kept for this message.</Text>}
      <Stack gap={16}>
        {payloads?.map((payload, place) => (
          // Payloads never change their order.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <One key={place} payload={payload} attempt={payloads.length > 1 ? place + 1 : null} />
        ))}
      </Stack>
    </Modal>
  );
}

function One({ payload, attempt }: { payload: Payload; attempt: number | null }) {
  const body = readable(payload.body);
  return (
    <Stack gap={8} className={classes.payload}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" className={classes.url}>
          {attempt !== null && <b>Try {attempt}: </b>}
          {payload.url === "this machine" ? "Stays on this machine" : <>To {revealHidden(payload.url)}</>}
        </Text>
        <CopyButton value={payload.body}>
          {({ copied, copy }) => (
            <IconAction label={copied ? "Copied" : "Copy the body"} onClick={copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </IconAction>
          )}
        </CopyButton>
      </Group>
      {payload.headers.length > 0 && (
        <dl className={classes.headers}>
          {payload.headers.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{revealHidden(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <Code block className={classes.body} tabIndex={0}>
        {body.slice(0, LONGEST)}
        {body.length > LONGEST && `\n… ${body.length - LONGEST} more characters: copy the body to see them.`}
      </Code>
    </Stack>
  );
}

/** Indented, line breaks within texts as they are, hidden characters visible. */
function readable(body: string): string {
  let text = body;
  try {
    text = JSON.stringify(JSON.parse(body), null, 2).replaceAll("\\n", "\n");
  } catch {
    // Not JSON: shown as it is.
  }
  return text.split("\n").map(visibleLine).join("\n");
}

function visibleLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  return indent + revealHidden(line.slice(indent.length));
}
