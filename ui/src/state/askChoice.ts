/** Whether the assistant is shown the workflow. Kept on this machine between starts. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

interface AskChoiceState {
  includeWorkflow: boolean;
  setIncludeWorkflow(include: boolean): void;
}

/** What goes with a request. */
export const useAskChoice = create<AskChoiceState>()(
  persist((set) => ({ includeWorkflow: true, setIncludeWorkflow: (includeWorkflow) => set({ includeWorkflow }) }), {
    name: "bridge.ask",
  }),
);
