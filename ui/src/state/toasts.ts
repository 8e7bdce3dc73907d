/** Short messages about what just happened, shown by the shell. */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";

/** What the user can do about a toast. */
interface ToastAction {
  label: string;
  run(): void;
}

/** One message. */
export interface Toast {
  id: number;
  kind: "success" | "info" | "error";
  message: string;
  /** What to do next. */
  hint: string;
  action: ToastAction | null;
  /** How long it stays, in milliseconds. */
  duration: number;
}

interface ToastsState {
  toasts: readonly Toast[];
  show(toast: Partial<Toast> & { message: string }): number;
  dismiss(id: number): void;
}

let lastId = 0;

/** Toasts on screen, oldest first; four at most. */
export const useToasts = create<ToastsState>()((set) => ({
  toasts: [],
  show(toast) {
    lastId += 1;
    const complete: Toast = { kind: "info", hint: "", action: null, duration: 6000, ...toast, id: lastId };
    set(({ toasts }) => ({ toasts: [...toasts, complete].slice(-4) }));
    return complete.id;
  },
  dismiss: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
}));

/** Says that something did not work, with a way to try again. */
export function toastError(error: CoreError, retry?: () => void): void {
  const action = retry ? { label: "Retry", run: retry } : null;
  useToasts.getState().show({ kind: "error", message: error.message, hint: error.hint, action, duration: 12_000 });
}
