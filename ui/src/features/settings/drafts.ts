/** Text typed in the dialog that is not saved yet: it survives going from page to page, and nothing else. */
import { createContext, use, useCallback, useMemo, useRef, useState } from "react";

/** What was typed, by field. */
export interface DialogDrafts {
  read(field: string): string | undefined;
  write(field: string, text: string | undefined): void;
  /** Whether anything is typed that is not saved. */
  unsaved(): boolean;
}

/** The dialog's drafts. */
export const DraftsContext = createContext<DialogDrafts | null>(null);

/** Drafts that live as long as the dialog. */
export function useDraftsOfDialog(): DialogDrafts {
  const texts = useRef(new Map<string, string>());
  return useMemo(
    () => ({
      read: (field) => texts.current.get(field),
      write(field, text) {
        if (text === undefined) texts.current.delete(field);
        else texts.current.set(field, text);
      },
      unsaved: () => texts.current.size > 0,
    }),
    [],
  );
}

/** A text field: what is typed, else what is saved. `done` forgets what was typed. */
export function useDraftField(field: string, saved: string) {
  const drafts = use(DraftsContext);
  const [text, setText] = useState(() => drafts?.read(field) ?? null);
  const change = useCallback(
    (next: string) => {
      const typed = next === saved ? null : next;
      setText(typed);
      drafts?.write(field, typed ?? undefined);
    },
    [drafts, field, saved],
  );
  const done = useCallback(() => {
    setText(null);
    drafts?.write(field, undefined);
  }, [drafts, field]);
  return { value: text ?? saved, dirty: text !== null && text !== saved, change, done };
}
