/**
 * Every command of the core, typed. This folder is the only importer of `@tauri-apps`; the rest of the interface calls
 * these functions and does not know what carries them.
 */

import type { Change } from "../bindings/Change";
import type { ChatEvent } from "../bindings/ChatEvent";
import type { ChatRequest } from "../bindings/ChatRequest";
import type { ChatResponse } from "../bindings/ChatResponse";
import type { Cleared } from "../bindings/Cleared";
import type { ConnectorManifest } from "../bindings/ConnectorManifest";
import type { Decided } from "../bindings/Decided";
import type { DecisionRequest } from "../bindings/DecisionRequest";
import type { EditRequest } from "../bindings/EditRequest";
import type { EntityChanged } from "../bindings/EntityChanged";
import type { History } from "../bindings/History";
import type { KeychainState } from "../bindings/KeychainState";
import type { LocalServer } from "../bindings/LocalServer";
import type { MessageId } from "../bindings/MessageId";
import type { ModelInfo } from "../bindings/ModelInfo";
import type { Payload } from "../bindings/Payload";
import type { Proposal } from "../bindings/Proposal";
import type { ProviderInfo } from "../bindings/ProviderInfo";
import type { Settings } from "../bindings/Settings";
import type { Snapshot } from "../bindings/Snapshot";
import type { Status } from "../bindings/Status";
import type { ThreadSummary } from "../bindings/ThreadSummary";
import type { TurnId } from "../bindings/TurnId";
import type { VersionSummary } from "../bindings/VersionSummary";
import type { Workflow } from "../bindings/Workflow";
import type { WorkflowId } from "../bindings/WorkflowId";
import type { WorkflowSummary } from "../bindings/WorkflowSummary";
import type { WorkflowVersion } from "../bindings/WorkflowVersion";

/** Arguments and result of every command. The names are the names of the functions in `src-tauri/src/commands`. */
interface Commands {
  status: [Record<string, never>, Status];
  catalog: [Record<string, never>, ConnectorManifest[]];

  list_workflows: [Record<string, never>, WorkflowSummary[]];
  create_workflow: [{ name: string; description: string }, Workflow];
  open_workflow: [{ workflow_id: WorkflowId }, Snapshot];
  rename_workflow: [{ workflow_id: WorkflowId; name: string; description: string }, Workflow];
  duplicate_workflow: [{ workflow_id: WorkflowId }, Workflow];
  /** Into the trash; `restore_workflow` brings it back whole. */
  delete_workflow: [{ workflow_id: WorkflowId }, null];
  restore_workflow: [{ workflow_id: WorkflowId }, Workflow];

  edit_workflow: [{ request: EditRequest }, Change];
  undo: [{ workflow_id: WorkflowId }, Change];
  redo: [{ workflow_id: WorkflowId }, Change];
  list_versions: [{ workflow_id: WorkflowId; limit: number }, VersionSummary[]];
  get_version: [{ workflow_id: WorkflowId; version_number: number }, WorkflowVersion];
  restore_version: [{ workflow_id: WorkflowId; version_number: number }, Change];

  chat: [{ request: ChatRequest }, ChatResponse];
  history: [{ workflow_id: WorkflowId; limit?: number }, History];
  thread: [{ workflow_id: WorkflowId }, ThreadSummary | null];
  clear_history: [{ workflow_id: WorkflowId }, Cleared];
  stop: [{ turn_id: TurnId }, null];
  /** Exactly what would be sent for this request. */
  preview_payload: [{ request: ChatRequest }, Payload];
  /** Exactly what was sent for the answer in this message, one per try; empty for messages from before a restore. */
  sent_payloads: [{ message_id: MessageId }, Payload[]];

  /** Holds a proposal against the workflow as it is now; `indexes` null means all pending actions. */
  preview_proposal: [{ message_id: MessageId; indexes: number[] | null }, Proposal];
  apply_proposal: [{ request: DecisionRequest }, Decided];
  reject_proposal: [{ request: DecisionRequest }, Decided];

  get_settings: [Record<string, never>, Settings];
  save_settings: [{ settings: Settings }, Settings];
  list_providers: [Record<string, never>, ProviderInfo[]];
  /** The models the provider offers now, asked over the network. */
  list_models: [{ provider: string }, ModelInfo[]];
  /** Model servers that answer on this machine. */
  find_local_servers: [Record<string, never>, LocalServer[]];
  keychain_state: [Record<string, never>, KeychainState];
  /** Into the keychain, or with `session_only` into memory until the application ends. */
  set_key: [{ provider: string; key: string; session_only: boolean }, ProviderInfo];
  remove_key: [{ provider: string }, ProviderInfo];
  /** Opens a web address in the system's browser, after the interface has shown it whole and the user said yes. */
  open_link: [{ url: string }, null];
  /** The window has painted and works: two starts without this lead to a safe start. */
  window_ready: [Record<string, never>, null];
}

/** Name of a command. */
export type CommandName = keyof Commands;
/** Arguments of a command. */
export type Arguments<N extends CommandName> = Commands[N][0];
/** Result of a command. */
export type Result<N extends CommandName> = Commands[N][1];

/** What carries the commands: the Tauri core, or the in-memory twin in tests. */
export interface Transport {
  /** Calls a command. Rejects with a `bindings/Error` value, never with anything else. */
  call<N extends CommandName>(name: N, args: Arguments<N>): Promise<Result<N>>;
  /** Asks the assistant. `onEvents` gets events in order, several at a time; resolves after the last one. */
  chatStream(request: ChatRequest, onEvents: (events: ChatEvent[]) => void): Promise<void>;
  /** Joins a running turn from its start and misses nothing; resolves after the last event. */
  attach(turnId: TurnId, onEvents: (events: ChatEvent[]) => void): Promise<void>;
  /** Tells whenever something was stored. Returns how to stop listening. */
  onChanged(listener: (change: EntityChanged) => void): () => void;
}
