/** Pasting the text of a workflow onto the list of workflows imports it. */
import { useEffect } from "react";
import { isTyping } from "../../state/commands";
import { importText, looksLikeWorkflow } from "../../state/exchange";

/** Listens while the list is on screen. */
export function useWorkflowPaste(): void {
  useEffect(() => {
    const insert = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (isTyping(event.target) || !looksLikeWorkflow(text)) return;
      event.preventDefault();
      void importText(text);
    };
    // WebKit offers pasting outside of a field only when asked to.
    const offer = (event: Event) => !isTyping(event.target) && event.preventDefault();
    document.addEventListener("paste", insert);
    document.addEventListener("beforepaste", offer);
    return () => {
      document.removeEventListener("paste", insert);
      document.removeEventListener("beforepaste", offer);
    };
  }, []);
}
