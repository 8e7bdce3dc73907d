/** The state of the application as a whole, as the core tells it. */
import { create } from "zustand";
import type { Status } from "../bindings/Status";
import { call } from "../ipc";

interface StatusState {
  status: Status | null;
  /** Whether the core could not be asked at all. */
  unreachable: boolean;
  load(): Promise<void>;
}

/** The application's status. */
export const useStatus = create<StatusState>()((set) => ({
  status: null,
  unreachable: false,
  async load() {
    try {
      set({ status: await call("status", {}), unreachable: false });
    } catch {
      set({ unreachable: true });
    }
  },
}));
