/** Web addresses on their way out of the window: each one is shown whole before it is opened. */
import { create } from "zustand";

/** An address the user is asked about. */
export interface LinkQuestion {
  readonly url: string;
  /** The text the link had; null where there was none. */
  readonly text: string | null;
}

interface LinksState {
  question: LinkQuestion | null;
  ask(url: string, text?: string): void;
  close(): void;
}

/** The address that waits for the user's yes. */
export const useLinks = create<LinksState>()((set) => ({
  question: null,
  ask: (url, text) => set({ question: { url, text: text ?? null } }),
  close: () => set({ question: null }),
}));

/** Whether an address is of a kind that may be opened at all. */
export function mayOpen(url: string): boolean {
  return /^(https?:\/\/[^/\s]|mailto:.)/i.test(url) && URL.canParse(url);
}
