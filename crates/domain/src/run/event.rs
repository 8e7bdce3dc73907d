//! What happens in a run, told as it happens.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{RunSummary, StepSummary};

/// Something that happened in a run. The same reducer takes a snapshot and then these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum RunEvent {
    /// The run as a whole has changed: begun, waiting, ended. The last event is one whose run has ended or asks the user.
    Run {
        /// The run.
        run: Box<RunSummary>,
    },
    /// A step began, changed or ended: replaces what was known of it.
    Step {
        /// The step.
        step: Box<StepSummary>,
    },
    /// How far a step is.
    Progress {
        /// Place of the step in the run.
        step: u32,
        /// Items done so far.
        items: u32,
    },
}
