/** Files that are dropped on the window are imported; anything else that is dropped is none of its business. */
import { useEffect, useState } from "react";
import { importFile } from "../../state/exchange";

/** Listens while the window is open. Says whether a file is held over it. */
export function useFileDrop(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const hold = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      // Without this, the window would go to the file.
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      void importAll([...(event.dataTransfer?.files ?? [])]);
    };
    const listeners: [string, (event: DragEvent) => void][] = [
      ["dragenter", hold],
      ["dragover", hold],
      ["dragleave", leave],
      ["drop", drop],
    ];
    for (const [name, listener] of listeners) window.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of listeners) window.removeEventListener(name, listener as EventListener);
    };
  }, []);
  return over;
}

async function importAll(files: readonly File[]): Promise<void> {
  for (const file of files) await importFile(file);
}
