/** Variables: values that the expressions of all workflows read as `$vars`. */
import { create } from "zustand";
import type { Error as CoreError } from "../bindings/Error";
import { asCoreError, call, transport } from "../ipc";
import { toastError, useToasts } from "./toasts";

/** Values by name. */
type Variables = Readonly<Record<string, unknown>>;

interface VariablesState {
  /** Null before they are read. */
  variables: Variables | null;
  error: CoreError | null;
  /** Reads them, and again whenever one changes. Returns how to stop. */
  watch(): () => void;
  load(): Promise<void>;
  /** Sets a variable; with another name than before it is renamed first. Rejects with the core's error. */
  save(name: string, value: unknown, before?: string): Promise<void>;
  /** Deletes a variable, and offers to bring it back. */
  remove(name: string): Promise<void>;
}

/** The variables. */
export const useVariables = create<VariablesState>()((set, get) => ({
  variables: null,
  error: null,
  watch() {
    void get().load();
    return transport().onChanged(({ entity }) => {
      if (entity === "variable") void get().load();
    });
  },
  async load() {
    try {
      set({ variables: await call("list_variables", {}), error: null });
    } catch (cause) {
      set({ error: asCoreError(cause) });
    }
  },
  async save(name, value, before) {
    if (before !== undefined && before !== name) await call("rename_variable", { name: before, new_name: name });
    await call("set_variable", { name, value });
    await get().load();
  },
  async remove(name) {
    const value = get().variables?.[name];
    const restore = async () => {
      try {
        await call("set_variable", { name, value });
        await get().load();
      } catch (cause) {
        toastError(asCoreError(cause), () => void restore());
      }
    };
    try {
      await call("delete_variable", { name });
      await get().load();
    } catch (cause) {
      toastError(asCoreError(cause), () => void get().remove(name));
      return;
    }
    const message = `The variable ${name} was deleted.`;
    useToasts.getState().show({ message, action: { label: "Undo", run: () => void restore() } });
  },
}));
