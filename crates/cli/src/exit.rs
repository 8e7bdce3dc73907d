//! Exit codes, for scripts.

use bridge_domain::{Error, ErrorCode, RunStatus};

/// It succeeded.
pub(crate) const SUCCESS: u8 = 0;
/// It failed: the run has a failed step, or something did not work.
pub(crate) const FAILURE: u8 = 1;
/// The arguments or the workflow are not right.
pub(crate) const USAGE: u8 = 2;
/// There is no such workflow or run.
const NOT_FOUND: u8 = 3;
/// The run was cancelled.
const CANCELED: u8 = 4;
/// The run asks what to do about a step whose outcome is unknown.
const UNKNOWN: u8 = 5;
/// The database is in use, damaged, or cannot be reached.
const STORE: u8 = 6;

/// The exit code for an error.
pub(crate) fn of(error: &Error) -> u8 {
    match error.code {
        ErrorCode::InvalidInput => USAGE,
        ErrorCode::NotFound => NOT_FOUND,
        ErrorCode::Canceled => CANCELED,
        ErrorCode::StoreInUse
        | ErrorCode::StoreUnavailable
        | ErrorCode::StoreDamaged
        | ErrorCode::StoreNewer
        | ErrorCode::ReadOnly
        | ErrorCode::DiskFull => STORE,
        _ => FAILURE,
    }
}

/// The exit code for the end of a run.
pub(crate) fn of_run(status: RunStatus) -> u8 {
    match status {
        RunStatus::Success => SUCCESS,
        RunStatus::Canceled => CANCELED,
        RunStatus::Unknown => UNKNOWN,
        RunStatus::Error | RunStatus::New | RunStatus::Running | RunStatus::Waiting => FAILURE,
    }
}
