//! Running a workflow: what flows, what is kept, and the ports between the engine and everything it needs.
//!
//! `item` is what flows; `journal` what is kept; `execute` the port to a node's work; `evaluate` the port to expressions
//! and code; `state` and `event` are what a person sees of a run.

mod credential;
mod evaluate;
mod event;
mod execute;
mod grant;
mod item;
mod journal;
mod kept;
mod limits;
mod preview;
mod room;
mod settings;
mod state;
mod trigger;

pub use credential::{
    Credential, CredentialDraft, CredentialField, CredentialSource, CredentialSpec, CredentialSummary, CredentialTester,
};
pub use evaluate::{
    CodeItem, CodeItems, CodeMode, CodeRequest, Evaluate, Evaluated, ExpressionPreview, ExpressionProblem, InputSpan,
    Previous, Scope, ScopeValues,
};
pub use event::RunEvent;
pub use execute::{Effect, Executor, Executors, Outcome, Program, Programs, Reply, Step, StepFailure, StepInfo};
pub use grant::Grant;
pub use item::{Batch, Binary, Item, ItemRef, Lineage, MAX_PAGE_BYTES, MAX_PAGE_ITEMS, Page, PageHash};
pub use journal::{
    EndedStep, Entry, Journal, NewRun, OutputPages, RecordedPage, RunLog, StartedStep, StepEnd, StepKey, StepRecord,
    Timer,
};
pub use kept::{Blobs, ColumnKind, DataTable, ModelSource, RowCondition, RowOperator, TableColumn, Tables};
pub use limits::RunLimits;
pub use preview::{DataSource, PreviewRequest};
pub use room::{RoomProgress, RunBudget, RunRoom, WorkflowRoom};
pub use settings::{Join, NodeSettings, OnError, Retry};
pub use state::{
    Pin, PortCount, RunDetail, RunFilter, RunMode, RunRequest, RunScope, RunStatus, RunSummary, StepDecision,
    StepError, StepPage, StepRef, StepStatus, StepSummary,
};
pub use trigger::{CatchUp, RunTrigger, TriggerInfo, TriggerKind};
