/**
 * What the twin's assistant says, and how: at which pace, and where it breaks. Tests queue answers; without one, it
 * answers a request for a webhook or a message with actions, and everything else with text.
 */
import type { Action } from "../../bindings/Action";
import type { Error as CoreError } from "../../bindings/Error";

/** One answer. */
export interface ScriptedAnswer {
  text: string;
  reasoning: string;
  actions: Action[];
  /** Characters per chunk. */
  chunkSize: number;
  /** Chunks per second. */
  pace: number;
  /** How it ends: `stall` says nothing more until it is stopped, `drop` ends the channel without a last event. */
  ending: "done" | "error" | "stall" | "drop";
  /** Chunks before an ending other than `done`. */
  endsAfter: number;
  /** The text is void after this many chunks and begins again, once. */
  resetAfter: number | null;
  error: CoreError | null;
}

const ORDINARY: Omit<ScriptedAnswer, "text" | "actions"> = {
  reasoning: "The user wants a change to the workflow. I look for connectors that fit.",
  chunkSize: 12,
  pace: 80,
  ending: "done",
  endsAfter: 4,
  resetAfter: null,
  error: null,
};

/** The queue of answers. */
export class AssistantScript {
  private readonly queue: Partial<ScriptedAnswer>[] = [];

  /** The next request gets this answer; what is not given is ordinary. */
  next(answer: Partial<ScriptedAnswer>): void {
    this.queue.push(answer);
  }

  /** The answer to a request. */
  answer(request: string, newId: () => string): ScriptedAnswer {
    const queued = this.queue.shift();
    const usual = { ...ORDINARY, ...usualAnswer(request, newId) };
    return queued === undefined
      ? usual
      : { ...usual, ...(queued.text === undefined ? {} : { actions: [] }), ...queued };
  }
}

function usualAnswer(request: string, newId: () => string) {
  if (/webhook|slack|build/i.test(request)) return webhookAnswer(newId);
  const text = [
    `You asked: *${request.replace(/[*_`[\]<>\\]/g, " ").slice(0, 200)}*`,
    "Here is what I would look at:",
    "- **Triggers** start a run.\n- **Actions** do the work, in the order of the connections.\n- **Conditions** choose a branch.",
    '```json\n{ "item": { "total": 1200 } }\n```',
  ].join("\n\n");
  return { text, actions: [] };
}

function webhookAnswer(newId: () => string): { text: string; actions: Action[] } {
  const [webhook, message] = [newId(), newId()];
  const actions: Action[] = [
    {
      type: "add_node",
      id: webhook,
      connector_id: "webhook",
      action_id: "receive",
      label: "Order arrives",
      position: { x: 0, y: 0 },
      config: { path: "orders" },
    },
    {
      type: "add_node",
      id: message,
      connector_id: "slack",
      action_id: "send_message",
      label: "Tell the team",
      position: { x: 300, y: 0 },
      config: { channel: "#orders", text: "={{ $json }}" },
    },
    { type: "add_edge", id: newId(), source: webhook, target: message },
  ];
  const text =
    "I suggest a **webhook** that receives each order and a message to your team:\n\n" +
    "1. `Order arrives` waits for a call.\n2. `Tell the team` posts the order.\n\nLook at the changes below before you accept them.";
  return { text, actions };
}
