/** What the panel does with words: sends them, and puts them into the text field. */
import { useMemo } from "react";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { useAskChoice } from "../../state/askChoice";
import { type AskOptions, useConversation } from "../../state/conversation";
import { draftOf, useDrafts } from "../../state/drafts";
import { runContextFor, useRunQuestion } from "../../state/runQuestion";
import { useSettings } from "../../state/settings";
import { focusComposer } from "./focus";

/** Stable for the life of the panel, so that messages are not drawn again for it. */
export interface ChatActions {
  /** Sends a text that is not the draft, such as a question that is asked again. */
  ask(text: string): void;
  /** Sends the draft. */
  sendDraft(): void;
  /** Puts a text into the field and the cursor behind it. */
  fill(text: string): void;
}

/** The panel's actions on the conversation of a workflow. */
export function useChatActions(workflowId: WorkflowId): ChatActions {
  return useMemo(() => {
    const fill = (text: string) => {
      useDrafts.getState().setDraft(workflowId, text);
      focusComposer();
    };
    const ask = (text: string) => {
      const { chat, send } = useConversation.getState();
      if (chat.live !== null || chat.phase !== "ready" || text.trim() === "") return false;
      if (draftOf(workflowId) === text) useDrafts.getState().setDraft(workflowId, "");
      void send(text, { ...askOptions(), ...runContextFor(workflowId) });
      useRunQuestion.getState().forget();
      focusComposer();
      return true;
    };
    return { fill, ask, sendDraft: () => void ask(draftOf(workflowId)) };
  }, [workflowId]);
}

/** What goes with the next request: the provider and model the header names. */
export function askOptions(): AskOptions {
  const { settings, providers } = useSettings.getState();
  const provider = providers.find(({ id }) => id === settings?.default_provider);
  return {
    include_workflow_context: useAskChoice.getState().includeWorkflow,
    ...(provider === undefined ? {} : { llm_provider: provider.id }),
    ...(provider === undefined || provider.model === "" ? {} : { model: provider.model }),
  };
}
