//! How a node says that it cannot work: one place, so that every failure names what is concerned.

use bridge_domain::{Error, ErrorCode, StepFailure};

/// A failure of the node itself: what happened, and what the person who builds the workflow can do.
pub fn failed(message: impl Into<String>, hint: impl Into<String>) -> StepFailure {
    Error::new(ErrorCode::NodeFailed, message, hint).into()
}

/// As [`failed`], because of the parameter at this path, such as `rules[2].left`.
pub fn failed_at(path: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> StepFailure {
    StepFailure { parameter: Some(path.into()), ..failed(message, hint) }
}

/// A cap of this node was reached.
pub fn limit(message: impl Into<String>, hint: impl Into<String>) -> StepFailure {
    Error::new(ErrorCode::LimitReached, message, hint).into()
}

/// The text with a capital letter at its beginning.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
