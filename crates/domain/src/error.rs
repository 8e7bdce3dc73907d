//! Errors as the window gets them: a code for machines, sentences for people.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Problem;

/// What every command returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error: what happened, and what to do next. Never holds a secret, and never a URL's query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
#[ts(export)]
pub struct Error {
    /// What kind.
    pub code: ErrorCode,
    /// What happened, one sentence.
    pub message: String,
    /// What to do next, one sentence; may be empty when the message says it all.
    pub hint: String,
    /// Whether trying the same again may help.
    pub retryable: bool,
    /// Every broken field with its reason, for [`ErrorCode::InvalidInput`] and [`ErrorCode::Conflict`].
    #[serde(default)]
    pub problems: Vec<Problem>,
}

impl Error {
    /// An error of this code, with the code's own advice on retrying.
    pub fn new(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into(), retryable: code.is_transient(), problems: Vec::new() }
    }

    /// A request that breaks rules, with every broken field.
    #[must_use]
    pub fn invalid(problems: Vec<Problem>) -> Self {
        let message = match problems.as_slice() {
            [only] => only.message.clone(),
            many => format!("{} things in this request are not right.", many.len()),
        };
        Self { problems, ..Self::new(ErrorCode::InvalidInput, message, "Correct them and try again.") }
    }

    /// Something that is not there.
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(
            ErrorCode::NotFound,
            format!("{what} does not exist."),
            "It may have been deleted. Go back to the list.",
        )
    }
}

/// Kinds of error. A kind exists only if the interface treats it differently; `ui/src/features/errors` has one entry for
/// each, and does not compile without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ErrorCode {
    /// A request breaks rules; all of them are listed.
    InvalidInput,
    /// It does not exist.
    NotFound,
    /// Something changed in the meantime: look again and decide again.
    Conflict,
    /// A turn is running in this thread already.
    Busy,
    /// The provider wants a key and there is none.
    KeyMissing,
    /// The provider does not accept the key.
    KeyRejected,
    /// The key may not do this.
    PermissionDenied,
    /// The account is out of credit or quota.
    QuotaExceeded,
    /// Too many requests for now.
    RateLimited,
    /// The provider has no such model.
    ModelNotFound,
    /// The conversation is longer than the model can read, or the request is too large.
    ContextTooLong,
    /// The provider refuses the request as it is.
    RequestRefused,
    /// The provider has trouble of its own.
    ProviderUnavailable,
    /// The answer is not in the provider's format.
    BadAnswer,
    /// The provider withheld the answer.
    ContentFiltered,
    /// The connection or the application ended before the answer did.
    Interrupted,
    /// Nothing came for too long.
    Timeout,
    /// The answer is larger than the cap.
    AnswerTooLarge,
    /// No network, or the host's name cannot be found.
    Offline,
    /// Nothing listens at that address.
    ConnectionRefused,
    /// The certificate or the handshake is not right.
    TlsFailed,
    /// A proxy wants a name and password.
    ProxyAuthentication,
    /// A web page came instead of an answer: a sign-in page of the network, or a wrong address.
    CaptivePortal,
    /// The disk is full.
    DiskFull,
    /// The data folder cannot be written.
    ReadOnly,
    /// The data folder or the database cannot be reached.
    StoreUnavailable,
    /// The database is damaged.
    StoreDamaged,
    /// The database was written by a newer version of the application.
    StoreNewer,
    /// Another instance has the data folder open.
    StoreInUse,
    /// There is no keychain.
    KeychainMissing,
    /// The keychain is locked.
    KeychainLocked,
    /// The keychain refuses this application.
    KeychainDenied,
    /// The keychain does not answer.
    KeychainWaiting,
    /// This workflow was not granted the host or folder it wants to reach.
    NotGranted,
    /// An expression or code of the workflow failed.
    ExpressionFailed,
    /// A cap of the run was reached: steps, time, items or size.
    LimitReached,
    /// A service answered that the request failed.
    ServiceFailed,
    /// A node of the workflow says stop, or cannot work with what arrived.
    NodeFailed,
    /// The user cancelled it.
    Canceled,
    /// A defect of the application.
    Internal,
}

impl ErrorCode {
    /// Whether trying the same again may help.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::RateLimited
                | Self::ProviderUnavailable
                | Self::BadAnswer
                | Self::Interrupted
                | Self::Timeout
                | Self::Offline
                | Self::ConnectionRefused
                | Self::ProxyAuthentication
                | Self::CaptivePortal
                | Self::DiskFull
                | Self::ReadOnly
                | Self::StoreUnavailable
                | Self::KeychainLocked
                | Self::KeychainWaiting
        )
    }
}
