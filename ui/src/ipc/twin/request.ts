/** Requests to the twin's assistant: which can be sent, and what would go over the wire. */
import type { ChatRequest } from "../../bindings/ChatRequest";
import type { Payload } from "../../bindings/Payload";
import type { Problem } from "../../bindings/Problem";
import type { ProblemCode } from "../../bindings/ProblemCode";
import type { ProviderInfo } from "../../bindings/ProviderInfo";
import { BUILT_IN, provider } from "./registry";
import { machineOf } from "./settings";
import { invalidInput, type World } from "./world";

/** The provider to ask, unless the request cannot be sent. */
export function checkRequest(world: World, request: ChatRequest): ProviderInfo {
  const machine = machineOf(world);
  const asked = provider(request.llm_provider ?? machine.settings.default_provider);
  const problems: Problem[] = [];
  const refuse = (path: string, code: ProblemCode, message: string) => problems.push({ path, code, message });
  if (isBlank(request.message)) refuse("message", "missing", "The message is blank.");
  else if ([...request.message].length > MAX_MESSAGE) refuse("message", "too_large", "The message is too long.");
  if (!asked) refuse("llm_provider", "invalid_value", "There is no provider of that name.");
  if (isBlank(request.model ?? "-")) refuse("model", "invalid_value", "The model's name is blank.");
  if (problems.length > 0 || !asked) throw invalidInput(problems);
  const info = machine.info(asked);
  machine.checkReady(info);
  return info;
}

/** Longest message, in characters. */
const MAX_MESSAGE = 100_000;

/** Nothing a person could see. */
function isBlank(text: string): boolean {
  return /^[\s\p{Cc}\u00ad\u200b-\u200d\u2060\u2800\u3164\ufeff]*$/u.test(text);
}

/** What is sent to this provider for a request. */
export function payloadOf(request: ChatRequest, { id, base_url, model }: ProviderInfo): Payload {
  const body = {
    model: request.model ?? model,
    messages: [
      { role: "system", content: "You are the assistant of a visual workflow builder." },
      { role: "user", content: request.message },
    ],
    workflow_context: request.include_workflow_context ?? true,
    ...(request.run === undefined ? {} : { run: request.run }),
    stream: true,
  };
  const headers: Payload["headers"] = [
    ["authorization", "Bearer •••"],
    ["content-type", "application/json"],
  ];
  const isBuiltIn = id === BUILT_IN;
  return { url: isBuiltIn ? "this machine" : base_url, headers: isBuiltIn ? [] : headers, body: JSON.stringify(body) };
}
