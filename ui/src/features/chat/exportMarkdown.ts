/** A conversation as Markdown, for the clipboard. */
import type { Message } from "../../bindings/Message";
import { asCoreError, call } from "../../ipc";
import { useConversation } from "../../state/conversation";
import { toastError, useToasts } from "../../state/toasts";
import { wholeTimeOf } from "./times";

const SPEAKERS: Record<Message["role"], string> = { user: "You", assistant: "Assistant", system: "Bridge" };

/** The whole thread as Markdown: who, when, what, and the titles of suggested changes. */
export function toMarkdown(title: string, messages: readonly Message[]): string {
  const parts = messages.map((message) => {
    const heading = `## ${SPEAKERS[message.role]}, ${wholeTimeOf(message.created_at)}`;
    const changes = message.actions.map(({ title: action, decision }) => `- [${decision.type}] ${action}`);
    const status = message.status === "complete" ? [] : [`*(${message.status})*`];
    return [heading, message.content, changes.join("\n"), ...status].filter((part) => part !== "").join("\n\n");
  });
  return `# ${title}\n\n${parts.join("\n\n")}\n`;
}

/** Puts the whole conversation on the clipboard, older messages included, and says so. */
export async function copyConversation(): Promise<void> {
  const { workflowId } = useConversation.getState().chat;
  if (workflowId === null) return;
  try {
    const thread = await call("thread", { workflow_id: workflowId });
    if (thread === null || thread.message_count === 0) {
      useToasts.getState().show({ message: "There is nothing to copy yet." });
      return;
    }
    const { messages } = await call("history", { workflow_id: workflowId, limit: thread.message_count });
    await navigator.clipboard.writeText(toMarkdown(thread.title, messages));
    const count = messages.length === 1 ? "1 message was" : `${messages.length} messages were`;
    useToasts.getState().show({ kind: "success", message: `${count} copied as Markdown.` });
  } catch (cause) {
    toastError(asCoreError(cause), () => void copyConversation());
  }
}
