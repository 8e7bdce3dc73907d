/** How an answer came about, on demand: provider, model, tokens, cost, time, and what was sent. */
import { Button, Popover } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useState } from "react";
import type { Message } from "../../bindings/Message";
import { IconAction } from "../../components/IconAction";
import { call } from "../../ipc";
import { useSettings } from "../../state/settings";
import classes from "./MessageList.module.css";
import { PayloadDialog } from "./PayloadDialog";
import { costOf, durationOf } from "./times";

const NUMBER = new Intl.NumberFormat("en");

/** A button that opens the facts. */
export function MessageDetails({ message }: { message: Message }) {
  const [opened, setOpened] = useState(false);
  const [sent, setSent] = useState(false);
  return (
    <>
      <Popover opened={opened} onChange={setOpened} position="top-end" withinPortal trapFocus>
        <Popover.Target>
          <IconAction label="Details" size={22} aria-expanded={opened} onClick={() => setOpened(!opened)}>
            <IconInfoCircle size={14} />
          </IconAction>
        </Popover.Target>
        <Popover.Dropdown p={12}>
          <Facts message={message} />
          <Button
            mt={8}
            size="compact-xs"
            variant="light"
            onClick={() => {
              setOpened(false);
              setSent(true);
            }}
          >
            What was sent
          </Button>
        </Popover.Dropdown>
      </Popover>
      {sent && (
        <PayloadDialog
          title="What was sent for this answer"
          read={() => call("sent_payloads", { message_id: message.id })}
          onClose={() => setSent(false)}
        />
      )}
    </>
  );
}

function Facts({ message }: { message: Message }) {
  const { provider, model, usage, cost, latency_ms, first_text_ms, repairs, base_version } = message.metadata;
  const name = useSettings(({ providers }) => providers.find(({ id }) => id === provider)?.name);
  const facts: [string, string | undefined][] = [
    ["Provider", name ?? provider ?? "not known"],
    ["Model", model ?? "not known"],
    [
      "Tokens read",
      usage === undefined ? "not known" : withPart(usage.input_tokens, usage.cached_tokens, "from cache"),
    ],
    [
      "Tokens written",
      usage === undefined ? "not known" : withPart(usage.output_tokens, usage.reasoning_tokens, "for thinking"),
    ],
    ["Cost", cost === undefined ? "not known" : costOf(cost)],
    ["Time", latency_ms === undefined ? "not known" : durationOf(latency_ms)],
    ["Until first text", first_text_ms === undefined ? undefined : durationOf(first_text_ms)],
    ["Corrections", repairs ? String(repairs) : undefined],
    ["Workflow version", base_version === undefined ? undefined : String(base_version)],
  ];
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value !== undefined)
        .map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function withPart(all: number, part: number, what: string): string {
  return part > 0 ? `${NUMBER.format(all)} (${NUMBER.format(part)} ${what})` : NUMBER.format(all);
}
