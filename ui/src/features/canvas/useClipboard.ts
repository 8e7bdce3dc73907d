/** Copy, cut and paste of nodes, through the browser's own events: they need no permission. */
import { type RefObject, useEffect } from "react";
import { isTyping } from "../../state/commands";
import { useEditor } from "../../state/editor";
import { copySelection, deleteSelection, paste } from "../../state/nodeOperations";

/** Listens while the canvas is on screen. */
export function useClipboard(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const ours = () => frame.current !== null && !isTyping(document.activeElement) && !hasTextSelection();
    // WebKit offers copying without selected text only when asked to.
    const offer = (event: Event) => ours() && event.preventDefault();
    const copy = (event: ClipboardEvent) => {
      const text = ours() ? copySelection() : null;
      if (text === null || !event.clipboardData) return;
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut" && !useEditor.getState().preview) deleteSelection();
    };
    const insert = (event: ClipboardEvent) => {
      if (!ours() || useEditor.getState().preview) return;
      event.preventDefault();
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text !== "") paste(text);
    };
    const listeners: [string, (event: never) => void][] = [
      ["beforecopy", offer],
      ["beforecut", offer],
      ["beforepaste", offer],
      ["copy", copy],
      ["cut", copy],
      ["paste", insert],
    ];
    for (const [name, listener] of listeners) document.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of listeners) document.removeEventListener(name, listener as EventListener);
    };
  }, [frame]);
}

/** Whether the user has marked text, which is then what they mean to copy. */
function hasTextSelection(): boolean {
  const selection = window.getSelection();
  return selection !== null && !selection.isCollapsed;
}
