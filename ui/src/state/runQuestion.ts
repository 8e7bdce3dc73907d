/** The run the next question to the assistant is about, and whether values of it go along. */
import { create } from "zustand";
import type { RunContext } from "../bindings/RunContext";
import type { WorkflowId } from "../bindings/WorkflowId";
import { useDrafts } from "./drafts";
import { usePanels } from "./panels";

interface Question {
  workflowId: WorkflowId;
  /** The prepared request. */
  text: string;
  /** Name of the node the question is about. */
  label: string;
  context: RunContext;
}

interface RunQuestionState {
  question: Question | null;
  /**
   * Opens the assistant with a prepared request about a step, below what the user has been writing. Values stay here
   * unless the user switches them on.
   */
  ask(question: Question): void;
  setIncludeValues(include: boolean): void;
  forget(): void;
}

/** The question that is being prepared. */
export const useRunQuestion = create<RunQuestionState>()((set, get) => ({
  question: null,
  ask(question) {
    const { workflowId, text } = question;
    const before = get().question;
    const { texts, setDraft } = useDrafts.getState();
    const written =
      before?.workflowId === workflowId ? without(texts[workflowId] ?? "", before.text) : texts[workflowId];
    set({ question });
    setDraft(workflowId, (written ?? "").trim() === "" ? text : `${written?.trimEnd()}\n\n${text}`);
    usePanels.getState().setAssistantOpen(true);
  },
  setIncludeValues: (include_values) =>
    set(({ question }) =>
      question === null ? {} : { question: { ...question, context: { ...question.context, include_values } } },
    ),
  forget: () => set({ question: null }),
}));

/** A draft without the request that was prepared before, unless the user has changed that. */
function without(draft: string, prepared: string): string {
  return draft.endsWith(prepared) ? draft.slice(0, -prepared.length) : draft;
}

/** What goes with the next request about this workflow. */
export function runContextFor(workflowId: WorkflowId): { run?: RunContext } {
  const { question } = useRunQuestion.getState();
  return question?.workflowId === workflowId ? { run: question.context } : {};
}
