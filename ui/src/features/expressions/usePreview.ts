/** What a text gives for the item that is looked at. Asked when the typing rests; only the latest question counts. */
import { useEffect, useState } from "react";
import type { ExpressionPreview } from "../../bindings/ExpressionPreview";
import type { ExpressionProblem } from "../../bindings/ExpressionProblem";
import type { NodeId } from "../../bindings/NodeId";
import { sentences } from "../../components/sentences";
import { asCoreError, call } from "../../ipc";
import { useEditor } from "../../state/editor";
import { useDataRun, useExpressionData } from "./data";

/** How long typing must rest, in milliseconds. */
const REST_MS = 150;

/** The answer for one text. */
export interface Preview {
  readonly text: string;
  readonly answer: ExpressionPreview;
}

const NO_PROBLEMS: readonly ExpressionProblem[] = [];

/** The newest answer; null before the first. It may be for an earlier text: compare `text`. */
export function usePreview(nodeId: NodeId, text: string): Preview | null {
  const workflowId = useEditor((state) => state.workflow?.id);
  const item = useExpressionData((state) => state.item);
  const sources = useExpressionData((state) => state.sources);
  const run = useDataRun();
  const [preview, setPreview] = useState<Preview | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new data asks again
  useEffect(() => {
    if (workflowId === undefined) return;
    let current = true;
    const show = (answer: ExpressionPreview) => current && setPreview({ text, answer });
    const ask = async () => {
      const request = {
        workflow_id: workflowId,
        node_id: nodeId,
        item,
        text,
        ...(run === null ? {} : { run_id: run }),
      };
      try {
        show(await call("preview_expression", { request }));
      } catch (cause) {
        const { message, hint } = asCoreError(cause);
        show({ problems: [{ message: sentences(message, hint), start: 0, end: 0 }] });
      }
    };
    const timer = setTimeout(() => void ask(), REST_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [workflowId, nodeId, text, item, run, sources]);

  return preview;
}

/** Problems of this very text; none while the answer is for another one. */
export function problemsOf(preview: Preview | null, text: string): readonly ExpressionProblem[] {
  return preview?.text === text ? preview.answer.problems : NO_PROBLEMS;
}
