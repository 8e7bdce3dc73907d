/** How much room the history of runs may take and takes, and making room. */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";
import type { RoomProgress } from "../bindings/RoomProgress";
import type { RunBudget } from "../bindings/RunBudget";
import type { RunRoom } from "../bindings/RunRoom";
import { asCoreError, call, transport } from "../ipc";

interface RunRoomState {
  /** Null before it is read. */
  room: RunRoom | null;
  error: CoreError | null;
  /** How far making room is; null when it is not under way. */
  progress: RoomProgress | null;
  /** What the last making of room came to. */
  made: RoomProgress | null;
  load(): Promise<void>;
  /** Changes the budget. Rejects with the core's error. */
  save(change: Partial<RunBudget>): Promise<void>;
  makeRoom(): Promise<void>;
}

const BUDGET = ["bytes", "runs", "keep_success_data"] as const;

/** One after the other: each changes what the one before it left. */
let saving: Promise<unknown> = Promise.resolve();

/** The room of runs. */
export const useRunRoom = create<RunRoomState>()((set, get) => ({
  room: null,
  error: null,
  progress: null,
  made: null,
  async load() {
    try {
      set({ room: await call("run_room", {}), error: null });
    } catch (cause) {
      set({ error: asCoreError(cause) });
    }
  },
  save(change) {
    const next = saving.then(async () => {
      const { budget } = get().room ?? (await call("run_room", {}));
      const wanted = { ...budget, ...change };
      // Enter asks for it, and so does leaving the field.
      if (BUDGET.every((name) => wanted[name] === budget[name])) return;
      set({ room: await call("set_run_budget", { budget: wanted }), made: null });
    });
    saving = next.catch(() => undefined);
    return next;
  },
  async makeRoom() {
    if (get().progress !== null) return;
    set({ progress: { workflows_done: 0, workflows: 0, dropped: 0, deleted: 0 }, made: null, error: null });
    try {
      const made = await transport().makeRoom((progress) => set({ progress }));
      set({ made, room: await call("run_room", {}) });
    } catch (cause) {
      set({ error: asCoreError(cause) });
    } finally {
      set({ progress: null });
    }
  },
}));
