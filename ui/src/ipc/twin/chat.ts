/** The twin's assistant: the commands of a conversation, and the two streams. */
import type { ChatEvent } from "../../bindings/ChatEvent";
import type { ChatRequest } from "../../bindings/ChatRequest";
import type { Message } from "../../bindings/Message";
import { type Conversations, conversationsOf, type RunningTurn } from "./conversations";
import { describeActions } from "./describe";
import type { Part } from "./part";
import { BUILT_IN } from "./registry";
import { checkRequest, payloadOf } from "./request";
import type { ScriptedAnswer } from "./script";
import { machineOf, registered } from "./settings";
import { coreError, type World } from "./world";

/** Commands on conversations. */
export function chatCommands(world: World): Part {
  const conversations = conversationsOf(world);
  return {
    commands: {
      chat: async ({ request }) => {
        const turn = startTurn(world, conversations, request);
        await turn.finished;
        const { content, actions, id, thread_id } = turn.message;
        return { message: content, actions, message_id: id, thread_id };
      },
      history: ({ workflow_id, limit }) => {
        const found = conversations.of(workflow_id);
        const messages = found?.messages ?? [];
        const most = limit ?? 50;
        return {
          thread: found?.thread ?? null,
          messages: messages.slice(-most),
          has_more: messages.length > most,
          running_turn: conversations.running(workflow_id)?.id ?? null,
        };
      },
      thread: ({ workflow_id }) => {
        const found = conversations.of(workflow_id);
        if (!found) return null;
        const { name } = world.workflow(workflow_id).workflow;
        const last = found.messages.at(-1)?.created_at ?? null;
        return { ...found.thread, workflow_name: name, message_count: found.messages.length, last_message_at: last };
      },
      clear_history: ({ workflow_id }) => {
        const found = conversations.of(workflow_id);
        const deleted = found?.messages.length ?? 0;
        if (found) found.messages = [];
        world.changed("thread", workflow_id);
        return { deleted };
      },
      stop: ({ turn_id }) => {
        conversations.turn(turn_id).stop.abort();
        return null;
      },
      preview_payload: ({ request }) => {
        const provider = checkRequest(world, request);
        return payloadOf(request, provider);
      },
      sent_payloads: ({ message_id }) => {
        const { message, to } = conversations.find(message_id);
        const asked = to.messages[to.messages.indexOf(message) - 1];
        const provider = machineOf(world).info(registered(message.metadata.provider ?? BUILT_IN));
        return asked ? [payloadOf({ workflow_id: to.thread.workflow_id, message: asked.content }, provider)] : [];
      },
    },
    streams: {
      chatStream: (request, onEvents) => follow(startTurn(world, conversations, request), onEvents),
      attach: async (turnId, onEvents) => {
        await follow(conversations.turn(turnId), onEvents);
      },
    },
  };
}

/** Hands over what was said so far, then everything until the last event. */
function follow(turn: RunningTurn, onEvents: (events: ChatEvent[]) => void): Promise<void> {
  if (turn.log.length > 0) onEvents(structuredClone(turn.log));
  turn.listeners.add(onEvents);
  return turn.finished;
}

function startTurn(world: World, conversations: Conversations, request: ChatRequest): RunningTurn {
  const provider = checkRequest(world, request);
  const { active_version } = world.workflow(request.workflow_id).workflow;
  if (conversations.running(request.workflow_id)) {
    throw coreError("busy", "An answer is being written in this conversation.", "Wait for it, or stop it.");
  }
  const to = conversations.begin(request.workflow_id);
  conversations.add(to, "user", request.message);
  const id = world.id();
  const message = conversations.add(to, "assistant", "", {
    status: "streaming",
    metadata: {
      turn_id: id,
      provider: provider.id,
      model: request.model ?? provider.model,
      base_version: active_version,
    },
  });
  const turn: RunningTurn = {
    id,
    workflowId: request.workflow_id,
    message,
    log: [],
    listeners: new Set(),
    stop: new AbortController(),
    finished: Promise.resolve(),
  };
  conversations.turns.set(id, turn);
  const answer = conversations.script.answer(request.message, () => world.id());
  emit(turn, [{ type: "start", turn_id: id, thread_id: to.thread.id, message_id: message.id }]);
  turn.finished = speak(world, turn, answer).finally(() => {
    conversations.turns.delete(id);
    world.changed("thread", request.workflow_id);
  });
  world.changed("thread", request.workflow_id);
  return turn;
}

function emit(turn: RunningTurn, events: ChatEvent[]): void {
  turn.log.push(...events);
  for (const listener of turn.listeners) listener(structuredClone(events));
}

/** Writes an answer at its pace, and ends it as the script says. */
async function speak(world: World, turn: RunningTurn, answer: ScriptedAnswer): Promise<void> {
  const { message } = turn;
  const started = performance.now();
  if (answer.reasoning !== "") {
    await pause(30);
    emit(turn, [{ type: "reasoning", content: answer.reasoning }]);
    message.metadata = { ...message.metadata, reasoning: answer.reasoning };
  }
  const whole = await speakText(turn, answer);
  if (whole && !turn.stop.signal.aborted) {
    message.actions = describeActions(world, turn.workflowId, answer.actions);
    const spoken = message.actions.map(
      ({ index, action, problems }): ChatEvent => ({ type: "action", index, action, problems }),
    );
    emit(turn, spoken);
  }
  const usage = { input_tokens: 1240, output_tokens: 96, cached_tokens: 1024, reasoning_tokens: 18 };
  const latency_ms = Math.round(performance.now() - started);
  message.metadata = { ...message.metadata, usage, latency_ms, first_text_ms: latency_ms, finish_reason: "stop" };
  // Nobody charges for the built-in assistant.
  if (message.metadata.provider !== BUILT_IN) message.metadata.cost = 0.0017;
  emit(turn, [{ type: "usage", usage }]);
  if (turn.stop.signal.aborted) return end(turn, message, "stopped");
  if (answer.ending === "error") return fail(turn, answer);
  if (answer.ending === "drop") {
    message.status = "interrupted";
    return;
  }
  end(turn, message, "done");
}

/** Writes the text; false when the script ends it early or the user stopped it. */
async function speakText(turn: RunningTurn, answer: ScriptedAnswer): Promise<boolean> {
  const characters = [...answer.text];
  const started = performance.now();
  let said = 0;
  let reset = answer.resetAfter;
  while (said * answer.chunkSize < characters.length) {
    await pause(4, turn.stop.signal);
    if (turn.stop.signal.aborted) return false;
    const due = Math.floor(((performance.now() - started) / 1000) * answer.pace);
    const events: ChatEvent[] = [];
    for (; said < due && said * answer.chunkSize < characters.length; said += 1) {
      if (answer.ending !== "done" && said >= answer.endsAfter) break;
      if (reset !== null && said >= reset) {
        reset = null;
        said = 0;
        turn.message.content = "";
        events.push({ type: "reset" });
      }
      const content = characters.slice(said * answer.chunkSize, (said + 1) * answer.chunkSize).join("");
      turn.message.content += content;
      events.push({ type: "chunk", content });
    }
    if (events.length > 0) emit(turn, events);
    if (answer.ending !== "done" && said >= answer.endsAfter) {
      if (answer.ending === "stall") await pause(3_600_000, turn.stop.signal);
      return false;
    }
  }
  return true;
}

function end(turn: RunningTurn, message: Message, type: "done" | "stopped"): void {
  message.status = type === "done" ? "complete" : "stopped";
  const { content, actions, id, thread_id } = message;
  emit(turn, [{ type, message: content, actions, message_id: id, thread_id }]);
}

function fail(turn: RunningTurn, answer: ScriptedAnswer): void {
  const error =
    answer.error ?? coreError("provider_unavailable", "The provider answered 529.", "Try again in a minute.");
  turn.message.status = "failed";
  turn.message.metadata = { ...turn.message.metadata, error };
  emit(turn, [{ type: "error", ...error }]);
}

/** Waits, or less when the turn is stopped. */
function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
