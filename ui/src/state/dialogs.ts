/** Which dialog lies on top: Escape closes that one and leaves those below it open. */
import { useEffect, useId } from "react";
import { create } from "zustand";

const useDialogs = create<{ open: readonly string[] }>()(() => ({ open: [] }));

/** Whether the dialog that calls this is the one on top, while it is open. */
export function useIsTopDialog(opened = true): boolean {
  const id = useId();
  useEffect(() => {
    if (!opened) return;
    useDialogs.setState(({ open }) => ({ open: [...open, id] }));
    return () => useDialogs.setState(({ open }) => ({ open: open.filter((other) => other !== id) }));
  }, [id, opened]);
  return useDialogs(({ open }) => open.at(-1) === id);
}
