/** A conversation as Markdown, for the clipboard. */
import type { Message } from "../../bindings/Message";
import type { WorkflowId } from "../../bindings/WorkflowId";
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
  const { workflowId, messages } = useConversation.getState().chat;
  if (workflowId === null || messages.length === 0) {
    useToasts.getState().show({ message: "There is nothing to copy yet." });
    return;
  }
  try {
    // The clipboard takes a promise: it wants to be asked while the click is fresh, not after the history was read.
    const whole = wholeConversation(workflowId);
    const text = whole.then(({ markdown }) => new Blob([markdown], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    const { count } = await whole;
    const what = count === 1 ? "1 message was" : `${count} messages were`;
    useToasts.getState().show({ kind: "success", message: `${what} copied as Markdown.` });
  } catch (cause) {
    toastError(asCoreError(cause), () => void copyConversation());
  }
}

async function wholeConversation(workflowId: WorkflowId): Promise<{ markdown: string; count: number }> {
  const thread = await call("thread", { workflow_id: workflowId });
  const limit = Math.max(1, thread?.message_count ?? 1);
  const { messages } = await call("history", { workflow_id: workflowId, limit });
  return { markdown: toMarkdown(thread?.title ?? "Conversation", messages), count: messages.length };
}
