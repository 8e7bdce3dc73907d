/** The run the next question to the assistant is about, and whether values of it go along. */
import { create } from "zustand";
import type { RunContext } from "../bindings/RunContext";
import type { WorkflowId } from "../bindings/WorkflowId";
import { useDrafts } from "./drafts";
import { usePanels } from "./panels";

interface Question {
  workflowId: WorkflowId;
  /** Name of the node the question is about. */
  label: string;
  context: RunContext;
}

interface RunQuestionState {
  question: Question | null;
  /** Opens the assistant with a prepared request about a step. Values stay here unless the user switches them on. */
  ask(question: Question, text: string): void;
  setIncludeValues(include: boolean): void;
  forget(): void;
}

/** The question that is being prepared. */
export const useRunQuestion = create<RunQuestionState>()((set) => ({
  question: null,
  ask(question, text) {
    set({ question });
    useDrafts.getState().setDraft(question.workflowId, text);
    usePanels.getState().setAssistantOpen(true);
  },
  setIncludeValues: (include_values) =>
    set(({ question }) =>
      question === null ? {} : { question: { ...question, context: { ...question.context, include_values } } },
    ),
  forget: () => set({ question: null }),
}));

/** What goes with the next request about this workflow. */
export function runContextFor(workflowId: WorkflowId): { run?: RunContext } {
  const { question } = useRunQuestion.getState();
  return question?.workflowId === workflowId ? { run: question.context } : {};
}
