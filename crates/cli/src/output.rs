//! What is printed: JSON, one value a line.

use std::io::Write;

use bridge_domain::{Error, ErrorCode, Notice, Result};
use serde::Serialize;
use serde_json::json;

/// Prints a value on standard output.
///
/// # Errors
/// When nobody reads any more.
pub(crate) fn print(value: &impl Serialize) -> Result<()> {
    let line = serde_json::to_string(value).map_err(|error| failed(&error))?;
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").and_then(|()| output.flush()).map_err(|error| failed(&error))
}

/// Prints an error on standard error. Nobody reading is no reason to fail once more.
pub(crate) fn complain(error: &Error) {
    let line = serde_json::json!({ "error": error });
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Tells on standard error what a person should know about the data folder.
pub(crate) fn notice(notice: &Notice) {
    let _ = writeln!(std::io::stderr().lock(), "{}", json!({ "notice": notice }));
}

fn failed(error: &dyn std::error::Error) -> Error {
    Error::new(ErrorCode::Interrupted, format!("The result could not be printed: {error}."), "")
}
