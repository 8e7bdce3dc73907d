/** The assistant beside the canvas: a panel, or a thin strip that opens it. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Message } from "../../bindings/Message";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { useConversation } from "../../state/conversation";
import { useNavigation } from "../../state/navigation";
import { usePanels } from "../../state/panels";
import { useSettings } from "../../state/settings";
import { Announcer } from "./Announcer";
import classes from "./AssistantPanel.module.css";
import { ClearDialog } from "./ClearDialog";
import { Composer } from "./Composer";
import { MessageList } from "./MessageList";
import { PanelHeader } from "./PanelHeader";
import { ResizeHandle } from "./ResizeHandle";
import { SearchBar } from "./SearchBar";
import { useChatActions } from "./useChatActions";

/** Draws what a message proposes. Given by the shell, because features do not import each other. */
export type RenderProposal = (message: Message, isLast: boolean) => ReactNode;

interface Props {
  renderProposal: RenderProposal;
}

/** The assistant of the open workflow. */
export function AssistantPanel({ renderProposal }: Props) {
  const place = useNavigation((state) => state.place);
  const open = usePanels((state) => state.assistantOpen);
  const workflowId = place.name === "editor" ? place.workflowId : null;
  const openConversation = useConversation((state) => state.open);
  const watchSettings = useSettings((state) => state.watch);
  useEffect(() => (workflowId === null ? undefined : openConversation(workflowId)), [workflowId, openConversation]);
  useEffect(() => watchSettings(), [watchSettings]);
  if (workflowId === null) return null;
  return open ? <OpenPanel key={workflowId} workflowId={workflowId} renderProposal={renderProposal} /> : <Strip />;
}

function Strip() {
  const open = usePanels((state) => state.setAssistantOpen);
  const busy = useConversation((state) => state.chat.live !== null);
  return (
    <aside className={classes.strip} aria-label="Assistant, closed">
      <Tooltip label="Open the assistant (Ctrl J)" position="left">
        <ActionIcon aria-label="Open the assistant" aria-expanded={false} onClick={() => open(true)}>
          <IconSparkles size={18} />
        </ActionIcon>
      </Tooltip>
      {busy && <span className={classes.busyDot} role="status" aria-label="An answer is being written" />}
    </aside>
  );
}

function OpenPanel({ workflowId, renderProposal }: Props & { workflowId: WorkflowId }) {
  const width = usePanels((state) => state.assistantWidth);
  const live = useConversation((state) => state.chat.live !== null);
  const [searching, setSearching] = useState(false);
  const [clearing, setClearing] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const actions = useChatActions(workflowId);
  const header = useMemo(() => ({ search: () => setSearching(true), clear: () => setClearing(true) }), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "f") {
      event.preventDefault();
      event.stopPropagation();
      setSearching(true);
    } else if (event.key === "Escape" && live && !event.defaultPrevented) {
      event.preventDefault();
      useConversation.getState().stop();
    }
  };
  return (
    <aside className={classes.panel} style={{ width }} aria-label="Assistant" onKeyDown={onKeyDown}>
      <ResizeHandle />
      <PanelHeader {...header} />
      {searching && <SearchBar list={list} onClose={() => setSearching(false)} />}
      <MessageList ref={list} actions={actions} onClear={header.clear} renderProposal={renderProposal} />
      <Composer workflowId={workflowId} actions={actions} />
      <Announcer />
      <ClearDialog opened={clearing} onClose={() => setClearing(false)} />
    </aside>
  );
}
