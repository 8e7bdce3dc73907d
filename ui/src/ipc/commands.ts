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
import type { CredentialDraft } from "../bindings/CredentialDraft";
import type { CredentialId } from "../bindings/CredentialId";
import type { CredentialSpec } from "../bindings/CredentialSpec";
import type { CredentialSummary } from "../bindings/CredentialSummary";
import type { DataSource } from "../bindings/DataSource";
import type { DataTable } from "../bindings/DataTable";
import type { Decided } from "../bindings/Decided";
import type { DecisionRequest } from "../bindings/DecisionRequest";
import type { EditRequest } from "../bindings/EditRequest";
import type { EntityChanged } from "../bindings/EntityChanged";
import type { ExpressionPreview } from "../bindings/ExpressionPreview";
import type { Grant } from "../bindings/Grant";
import type { History } from "../bindings/History";
import type { ImportedWorkflow } from "../bindings/ImportedWorkflow";
import type { Item } from "../bindings/Item";
import type { KeychainState } from "../bindings/KeychainState";
import type { LocalServer } from "../bindings/LocalServer";
import type { MessageId } from "../bindings/MessageId";
import type { ModelInfo } from "../bindings/ModelInfo";
import type { NodeId } from "../bindings/NodeId";
import type { Payload } from "../bindings/Payload";
import type { Pin } from "../bindings/Pin";
import type { PreviewRequest } from "../bindings/PreviewRequest";
import type { Proposal } from "../bindings/Proposal";
import type { ProviderInfo } from "../bindings/ProviderInfo";
import type { RoomProgress } from "../bindings/RoomProgress";
import type { RunBudget } from "../bindings/RunBudget";
import type { RunDetail } from "../bindings/RunDetail";
import type { RunEvent } from "../bindings/RunEvent";
import type { RunFilter } from "../bindings/RunFilter";
import type { RunId } from "../bindings/RunId";
import type { RunRequest } from "../bindings/RunRequest";
import type { RunRoom } from "../bindings/RunRoom";
import type { RunSummary } from "../bindings/RunSummary";
import type { Settings } from "../bindings/Settings";
import type { Snapshot } from "../bindings/Snapshot";
import type { Status } from "../bindings/Status";
import type { StepDecision } from "../bindings/StepDecision";
import type { StepPage } from "../bindings/StepPage";
import type { StepRef } from "../bindings/StepRef";
import type { TableColumn } from "../bindings/TableColumn";
import type { TableId } from "../bindings/TableId";
import type { ThreadSummary } from "../bindings/ThreadSummary";
import type { TriggerInfo } from "../bindings/TriggerInfo";
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
  /** Makes workflows of a file of Bridge or n8n, in Base64. `name` is for a workflow that has none. */
  import_workflows: [{ file: string; name: string }, ImportedWorkflow[]];
  /** Asks where to, and writes a workflow as a file. Gives its path; null when the user chose none. */
  export_workflow: [{ workflow_id: WorkflowId }, string | null];

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
  /** What the user is writing in a workflow, kept by `save_draft`; empty for nothing. */
  draft: [{ workflow_id: WorkflowId }, string];
  save_draft: [{ workflow_id: WorkflowId; text: string }, null];
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
  /** Begins a run; its events come through `watchRun`. Refused with every problem when the workflow is not complete. */
  run_workflow: [{ request: RunRequest }, RunSummary];
  cancel_run: [{ run_id: RunId }, null];
  /** On a step that was in flight when the application ended. */
  decide_step: [{ run_id: RunId; step: number; decision: StepDecision }, RunSummary];
  list_runs: [{ filter: RunFilter }, RunSummary[]];
  get_run: [{ run_id: RunId }, RunDetail];
  delete_run: [{ run_id: RunId }, null];
  /** Items that a step put out by an output. At most 200 from `first` on. */
  step_output: [{ step: StepRef; port: string; first: number; count: number }, StepPage];
  /** Items that arrived at an input of a step, inputs in the order of the edges. */
  step_input: [{ step: StepRef; input: number; first: number; count: number }, StepPage];
  list_pins: [{ workflow_id: WorkflowId }, Pin[]];
  /** Test runs use these items instead of executing the node; `items` null takes the pin away. */
  pin_output: [{ workflow_id: WorkflowId; node_id: NodeId; items: Item[] | null }, Pin | null];
  /** What a text gives as an expression, on data that is there. Executes no node. */
  preview_expression: [{ request: PreviewRequest }, ExpressionPreview];
  /** What expressions of a node can use: what arrives first, then every node before it, nearest first. */
  data_sources: [{ workflow_id: WorkflowId; node_id: NodeId; run_id: RunId | null }, DataSource[]];

  /** What runs may take, and take now. */
  run_room: [Record<string, never>, RunRoom];
  set_run_budget: [{ budget: RunBudget }, RunRoom];

  /** Switches the triggers on or off. Refused with every problem when the workflow is not complete. */
  set_active: [{ workflow_id: WorkflowId; active: boolean }, TriggerInfo[]];
  /** Triggers of a workflow, active or not. */
  list_triggers: [{ workflow_id: WorkflowId }, TriggerInfo[]];
  /** Gives a webhook or form a new address; the old one stops working at once. */
  renew_address: [{ workflow_id: WorkflowId; node_id: NodeId }, TriggerInfo];

  list_grants: [{ workflow_id: WorkflowId }, Grant[]];
  add_grant: [{ workflow_id: WorkflowId; grant: Grant }, Grant[]];
  remove_grant: [{ workflow_id: WorkflowId; grant: Grant }, Grant[]];

  credential_kinds: [Record<string, never>, CredentialSpec[]];
  list_credentials: [Record<string, never>, CredentialSummary[]];
  /** Values go in and never come out. */
  create_credential: [{ draft: CredentialDraft }, CredentialSummary];
  update_credential: [{ credential_id: CredentialId; draft: CredentialDraft }, CredentialSummary];
  delete_credential: [{ credential_id: CredentialId }, null];
  /** Uses it once against its own host and says what came of it. */
  test_credential: [{ credential_id: CredentialId }, CredentialSummary];
  /** OAuth 2: opens the system's browser and waits until the person has agreed there. */
  authorize_credential: [{ credential_id: CredentialId }, CredentialSummary];
  /** Ends that waiting: whatever the browser brings later does nothing. */
  cancel_authorization: [{ credential_id: CredentialId }, null];

  /** Values that expressions read as `$vars`, by name. Not for secrets. */
  list_variables: [Record<string, never>, Record<string, unknown>];
  /** Sets a variable, new or not. */
  set_variable: [{ name: string; value: unknown }, null];
  /** What reads it by its old name is not changed. */
  rename_variable: [{ name: string; new_name: string }, null];
  delete_variable: [{ name: string }, null];

  list_tables: [Record<string, never>, DataTable[]];
  create_table: [{ name: string; columns: TableColumn[] }, DataTable];
  delete_table: [{ table_id: TableId }, null];
  table_rows: [{ table_id: TableId; first: number; count: number }, Record<string, unknown>[]];

  /** Hides the window; active workflows go on. */
  hide_window: [Record<string, never>, null];
  /** Ends the application, triggers and all. */
  quit: [Record<string, never>, null];
  /** Opens a web address in the system's browser, after the interface has shown it whole and the user said yes. */
  open_link: [{ url: string }, null];
  /** The window has painted and works: two starts without this lead to a safe start. */
  window_ready: [Record<string, never>, null];
  /** Keeps where the user is, for the next start: the part of the page's address behind `#/`. */
  remember_place: [{ place: string }, null];
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
  /**
   * Joins a run from its start: `onEvents` gets everything in order, several at a time; resolves after the last event. A run
   * that has ended gives its snapshot as events.
   */
  watchRun(runId: RunId, onEvents: (events: RunEvent[]) => void): Promise<void>;
  /** Makes the runs of every workflow fit into the budget; tells how far it is. */
  makeRoom(onProgress: (progress: RoomProgress) => void): Promise<RoomProgress>;
  /** Tells whenever something was stored. Returns how to stop listening. */
  onChanged(listener: (change: EntityChanged) => void): () => void;
  /** The user wants to close the window while workflows are switched on. Returns how to stop listening. */
  onCloseAsked(listener: () => void): () => void;
}
