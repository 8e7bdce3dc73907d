//! How turns end other than well: which error is told, and which status is kept. Sentences for people.

use bridge_domain::{Error, ErrorCode, FinishReason, MessageStatus};

use crate::redact::Redactor;

/// The stream ended without saying so.
pub(crate) fn no_end() -> Error {
    Error::new(
        ErrorCode::Interrupted,
        "The connection ended before the answer did.",
        "What had arrived is kept. Send the message again for a whole answer.",
    )
}

/// The model answered nothing, twice.
pub(crate) fn blank() -> Error {
    Error::new(
        ErrorCode::BadAnswer,
        "The model gave an empty answer, twice.",
        "Send the message again, or choose another model.",
    )
}

/// A defect: the turn itself broke down.
pub(crate) fn defect() -> Error {
    Error::new(
        ErrorCode::Internal,
        "Something went wrong inside the application while the answer was being written.",
        "What had arrived is kept. Send the message again.",
    )
}

/// Why an answer with this reason is not a whole one.
pub(crate) fn of_reason(reason: FinishReason) -> Error {
    let (code, message, hint) = match reason {
        FinishReason::Length => (
            ErrorCode::AnswerTooLarge,
            "The model reached its limit before the answer was complete.",
            "Ask for less at a time, or raise the limit for answers in the settings.",
        ),
        FinishReason::ContentFilter => (
            ErrorCode::ContentFiltered,
            "The provider withheld the rest of the answer.",
            "Put the request differently, or choose another provider.",
        ),
        FinishReason::Refusal => (
            ErrorCode::ContentFiltered,
            "The model declined to answer.",
            "Put the request differently, or choose another model.",
        ),
        FinishReason::Stop | FinishReason::Other => (
            ErrorCode::Interrupted,
            "The provider ended the answer early.",
            "What had arrived is kept. Send the message again for a whole answer.",
        ),
    };
    Error::new(code, message, hint)
}

/// What is kept of an answer that ended for this reason.
pub(crate) fn status_of_reason(reason: FinishReason) -> MessageStatus {
    match reason {
        FinishReason::Refusal => MessageStatus::Failed,
        _ => MessageStatus::Interrupted,
    }
}

/// What is kept of an answer that ended with this error.
pub(crate) fn status_of(error: &Error) -> MessageStatus {
    match error.code {
        ErrorCode::Interrupted | ErrorCode::AnswerTooLarge => MessageStatus::Interrupted,
        _ => MessageStatus::Failed,
    }
}

/// An error without known secrets, should a server have echoed one.
pub(crate) fn redacted(mut error: Error, redactor: &Redactor) -> Error {
    error.message = redactor.known(&error.message).into_owned();
    error.hint = redactor.known(&error.hint).into_owned();
    for problem in &mut error.problems {
        problem.message = redactor.known(&problem.message).into_owned();
    }
    error
}
