//! Why a file is refused, as an error for a person.

use bridge_domain::{Error, ErrorCode, Problem, ProblemCode};

/// What can be read, for the end of a refusal.
const EXPECTED: &str = "Choose a workflow that was exported from Bridge or n8n as JSON.";

/// A file that is not what can be read.
pub(crate) fn malformed(message: impl Into<String>) -> Error {
    refused(ProblemCode::Malformed, message.into())
}

/// A file that is too large, or has too much in it.
pub(crate) fn too_large(message: impl Into<String>) -> Error {
    refused(ProblemCode::TooLarge, message.into())
}

fn refused(code: ProblemCode, message: String) -> Error {
    let problem = Problem { path: "workflow".to_owned(), code, message: message.clone() };
    Error { problems: vec![problem], ..Error::new(ErrorCode::InvalidInput, message, EXPECTED) }
}
