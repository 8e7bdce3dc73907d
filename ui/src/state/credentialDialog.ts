/** The form of one credential, asked for from the settings or from a node, shown by the shell over both. */
import { create } from "zustand";
import type { CredentialId } from "../bindings/CredentialId";
import type { CredentialKind } from "../bindings/CredentialKind";

/** What the form is open for. */
export interface CredentialRequest {
  /** The credential to change; null for a new one. */
  id: CredentialId | null;
  /** The kind of a new one; null lets the user choose. */
  kind: CredentialKind | null;
  /** Told once a new one is there. */
  created?: (id: CredentialId) => void;
}

interface CredentialDialogState {
  request: CredentialRequest | null;
  open(request: CredentialRequest): void;
  close(): void;
}

/** The dialog. */
export const useCredentialDialog = create<CredentialDialogState>()((set) => ({
  request: null,
  open: (request) => set({ request }),
  close: () => set({ request: null }),
}));
