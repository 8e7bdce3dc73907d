/** Where items of a step are read from. */
import type { RunId } from "../../../bindings/RunId";
import type { StepPage } from "../../../bindings/StepPage";
import { call } from "../../../ipc";

/** Items in one page. */
export const PAGE = 200;

/** One output or input of a step. */
export type ItemSource = { runId: RunId; step: number } & (
  | { kind: "output"; port: string }
  | { kind: "input"; input: number }
);

/** Reads a page that begins at an item. */
export function readPage(source: ItemSource, first: number): Promise<StepPage> {
  const step = { run_id: source.runId, step: source.step };
  return source.kind === "output"
    ? call("step_output", { step, port: source.port, first, count: PAGE })
    : call("step_input", { step, input: source.input, first, count: PAGE });
}

/** A name for the source, the same for the same. */
export function sourceKey(source: ItemSource): string {
  return `${source.runId}/${source.step}/${source.kind === "output" ? `o:${source.port}` : `i:${source.input}`}`;
}
