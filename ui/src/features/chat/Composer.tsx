/** Where the user writes. What is typed is kept until it was sent, whatever happens. */
import { Button, Textarea, Tooltip } from "@mantine/core";
import { IconArrowUp, IconEye, IconEyeOff, IconPlayerStopFilled, IconTopologyStar3 } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { IconAction } from "../../components/IconAction";
import { call } from "../../ipc";
import { useAskChoice } from "../../state/askChoice";
import { useConversation } from "../../state/conversation";
import { useDraft } from "../../state/drafts";
import { runContextFor } from "../../state/runQuestion";
import classes from "./Composer.module.css";
import { COMPOSER_ID, focusComposer } from "./focus";
import { PayloadDialog } from "./PayloadDialog";
import { QuickActions } from "./QuickActions";
import { RunChip } from "./RunChip";
import { askOptions, type ChatActions } from "./useChatActions";

interface Props {
  workflowId: WorkflowId;
  actions: ChatActions;
}

/** The text field with its buttons. */
export function Composer({ workflowId, actions }: Props) {
  const [draft, setDraft] = useDraft(workflowId);
  const live = useConversation(({ chat }) => chat.live !== null);
  const ready = useConversation(({ chat }) => chat.phase === "ready");
  useFocusOnOpen();
  const blank = draft.trim() === "";
  const [queued, setQueued] = useQueued(live, blank, actions);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      if (live) setQueued(!blank);
      else actions.sendDraft();
    } else if (event.key === "ArrowUp" && draft === "") {
      const last = useConversation.getState().chat.messages.findLast(({ role }) => role === "user");
      if (last === undefined) return;
      event.preventDefault();
      actions.fill(last.content);
    }
  };
  return (
    <div className={classes.composer}>
      <QuickActions actions={actions} />
      <RunChip workflowId={workflowId} />
      <div className={classes.field}>
        <Textarea
          id={COMPOSER_ID}
          variant="unstyled"
          autosize
          minRows={2}
          maxRows={10}
          aria-label="Message to the assistant"
          placeholder="Ask for a change, or ask a question"
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          classNames={{ input: classes.input }}
        />
        <div className={classes.row}>
          <ContextToggle />
          <PreviewButton workflowId={workflowId} draft={draft} disabled={blank} />
          <span className={classes.hint} role="status">
            {hintFor(blank, live, queued)}
          </span>
          {live ? <StopButton /> : <SendButton disabled={blank || !ready} send={actions.sendDraft} />}
        </div>
      </div>
    </div>
  );
}

/**
 * Enter while an answer is written: the draft is sent as soon as that is complete. An answer that was stopped or failed
 * sends nothing: the user may want to say something else now.
 */
function useQueued(live: boolean, blank: boolean, actions: ChatActions): [boolean, (queued: boolean) => void] {
  const [queued, setQueued] = useState(false);
  useEffect(() => {
    if (live || !queued) return;
    setQueued(false);
    if (useConversation.getState().chat.messages.at(-1)?.status === "complete") actions.sendDraft();
  }, [live, queued, actions]);
  return [queued && !blank, setQueued];
}

function hintFor(blank: boolean, live: boolean, queued: boolean): string {
  if (queued) return "Sent when the answer is done";
  if (blank) return "";
  return live ? "Enter sends it afterwards" : "Enter sends";
}

/** Whether the key belongs to an input method that is composing a character. */
function isComposing(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}

/** The panel has opened: the cursor goes here, unless the user is in a dialog. */
function useFocusOnOpen(): void {
  useEffect(() => {
    if (document.querySelector("[role='dialog']") === null) focusComposer();
  }, []);
}

function SendButton({ disabled, send }: { disabled: boolean; send(): void }) {
  return (
    <Button
      size="compact-sm"
      className={classes.send}
      disabled={disabled}
      rightSection={<IconArrowUp size={14} />}
      onClick={send}
    >
      Send
    </Button>
  );
}

function StopButton() {
  const stop = useConversation((state) => state.stop);
  const stopping = useConversation(({ chat }) => chat.live?.stopping === true);
  return (
    <Button
      size="compact-sm"
      variant="default"
      className={classes.send}
      disabled={stopping}
      leftSection={<IconPlayerStopFilled size={12} />}
      onClick={() => {
        stop();
        focusComposer();
      }}
    >
      {stopping ? "Stopping…" : "Stop"}
    </Button>
  );
}

function ContextToggle() {
  const { includeWorkflow, setIncludeWorkflow } = useAskChoice();
  const label = includeWorkflow ? "The assistant sees this workflow" : "The assistant does not see this workflow";
  const Icon = includeWorkflow ? IconTopologyStar3 : IconEyeOff;
  return (
    <Tooltip label={label}>
      <Button
        size="compact-xs"
        fw={500}
        role="switch"
        aria-label="Include the workflow"
        aria-checked={includeWorkflow}
        variant={includeWorkflow ? "light" : "default"}
        color={includeWorkflow ? "iris" : "gray"}
        leftSection={<Icon size={14} />}
        onClick={() => setIncludeWorkflow(!includeWorkflow)}
      >
        {includeWorkflow ? "Workflow" : "No workflow"}
      </Button>
    </Tooltip>
  );
}

function PreviewButton({ workflowId, draft, disabled }: { workflowId: WorkflowId; draft: string; disabled: boolean }) {
  const [opened, setOpened] = useState(false);
  const request = {
    workflow_id: workflowId,
    message: draft,
    stream: true,
    ...askOptions(),
    ...runContextFor(workflowId),
  };
  return (
    <>
      <IconAction label="See what would be sent" size={24} disabled={disabled} onClick={() => setOpened(true)}>
        <IconEye size={14} />
      </IconAction>
      {opened && (
        <PayloadDialog
          title="What would be sent"
          read={async () => [await call("preview_payload", { request })]}
          onClose={() => setOpened(false)}
        />
      )}
    </>
  );
}
