import { describe, expect, it } from "vitest";
import type { Message } from "../../bindings/Message";
import { toMarkdown } from "./exportMarkdown";

function message(role: Message["role"], content: string, more: Partial<Message> = {}): Message {
  const created_at = "2026-01-05T09:00:00.000000Z";
  return {
    id: content,
    thread_id: "t",
    role,
    content,
    actions: [],
    metadata: {},
    status: "complete",
    created_at,
    ...more,
  };
}

describe("a conversation as Markdown", () => {
  it("says who said what, what was suggested and what was decided", () => {
    const action = {
      index: 0,
      action: { type: "delete_node" as const, node_id: "n" },
      problems: [],
      risks: [],
      depends_on: [],
      title: "Delete “Send mail”",
      fields: [],
      decision: { type: "rejected" as const },
    };
    const text = toMarkdown("Chat for Orders", [
      message("user", "tidy up"),
      message("assistant", "I would delete one.", { actions: [action] }),
      message("assistant", "half an ans", { status: "interrupted" }),
    ]);
    expect(text.startsWith("# Chat for Orders\n\n## You, ")).toBe(true);
    expect(text).toContain("I would delete one.\n\n- [rejected] Delete “Send mail”");
    expect(text).toContain("half an ans\n\n*(interrupted)*");
  });
});
