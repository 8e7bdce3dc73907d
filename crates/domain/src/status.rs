//! The state of the application as a whole, and the one event that says something changed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::RunId;

/// The state of the application as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Status {
    /// Version of the application.
    pub version: String,
    /// Where the database and the settings are.
    pub data_folder: String,
    /// Whether nothing can be saved right now.
    pub read_only: bool,
    /// What the user should know, worst first.
    pub notices: Vec<Notice>,
}

/// Something the user should know about, shown until dismissed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Notice {
    /// What kind.
    pub kind: NoticeKind,
    /// What happened, one sentence.
    pub message: String,
    /// What to do, one sentence; may be empty.
    pub hint: String,
}

/// Kinds of notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum NoticeKind {
    /// The data folder cannot be written.
    ReadOnly,
    /// The database could not be opened: nothing is shown and nothing can be saved.
    StoreClosed,
    /// A damaged database was set aside and a backup restored.
    StoreRestored,
    /// Rows that do not match their content hash.
    StoreDamaged,
    /// The data folder is on a network drive, or another program copies it elsewhere.
    SyncedFolder,
    /// A damaged settings file was set aside and the last good one restored.
    SettingsRestored,
    /// The window crashed twice in a row and was started without opening a workflow.
    SafeStart,
}

/// Said to every window when something was stored: read it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EntityChanged {
    /// What kind of thing.
    pub entity: Entity,
    /// Its identifier; empty for the settings.
    pub id: String,
    /// With [`Entity::Run`]: the newest run that began or went on. Absent when runs only ended or were deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub run_id: Option<RunId>,
    /// Grows with every change of this application run.
    pub revision: u32,
}

/// Kinds of things that change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Entity {
    /// A workflow or its active version.
    Workflow,
    /// A thread, by the identifier of its workflow.
    Thread,
    /// Settings, keys or providers.
    Settings,
    /// Runs, by the identifier of their workflow.
    Run,
    /// Triggers or activation of a workflow.
    Trigger,
    /// Credentials.
    Credential,
    /// A data table.
    Table,
    /// A variable, by its name.
    Variable,
    /// What runs may take.
    RunBudget,
    /// The state of the application.
    Status,
}
