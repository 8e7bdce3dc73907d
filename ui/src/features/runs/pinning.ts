/** Pins what a step put out. */
import type { Item } from "../../bindings/Item";
import type { PortCount } from "../../bindings/PortCount";
import type { RunSummary } from "../../bindings/RunSummary";
import type { StepSummary } from "../../bindings/StepSummary";
import { asCoreError } from "../../ipc";
import { actionManifest } from "../../state/catalog";
import { useEditor } from "../../state/editor";
import { usePins } from "../../state/pins";
import { toastError, useToasts } from "../../state/toasts";
import { PAGE, readPage } from "./data/source";

/** Items that can be pinned: more would be in the way of every later run. */
const MOST = 10_000;

/** What can be pinned of a step: its node's first output, when it put something out there. */
export function pinnable({ node_id, outputs }: StepSummary): PortCount | undefined {
  const data = useEditor.getState().graph.nodes.get(node_id)?.data;
  const first = data && actionManifest(data.connector_id, data.action_id)?.outputs[0]?.id;
  return outputs.find(({ port }) => port === first);
}

/** Reads all items of the first output and pins them. */
export async function pinStepOutput(run: RunSummary, step: StepSummary): Promise<void> {
  const output = pinnable(step);
  if (!output) return;
  if (output.items > MOST) {
    const message = `Only outputs of up to ${MOST.toLocaleString("en")} items can be pinned.`;
    useToasts.getState().show({ kind: "error", message, hint: "Pin a node behind a filter, or write an output." });
    return;
  }
  try {
    const items: Item[] = [];
    for (let first = 0; first < output.items; first += PAGE) {
      const source = { runId: run.id, step: step.step, kind: "output", port: output.port } as const;
      const page = await readPage(source, first);
      if (page.cut || page.dropped) {
        useToasts.getState().show({
          kind: "error",
          message: page.cut ? "Some texts of this output are too long to be pinned." : "This output is no longer kept.",
          hint: page.cut ? "Write a shorter output instead." : "Run the node again.",
        });
        return;
      }
      items.push(...page.items);
    }
    const error = await usePins.getState().set(step.node_id, items);
    if (error) toastError(error, () => void pinStepOutput(run, step));
  } catch (cause) {
    toastError(asCoreError(cause), () => void pinStepOutput(run, step));
  }
}
