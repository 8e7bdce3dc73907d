//! What is printed: JSON, one value a line; and a file, where a command makes one.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bridge_domain::{Error, ErrorCode, Notice, Result};
use serde_json::{Value, json};

use crate::arguments::Command;

/// Where the values of a command go.
#[derive(Debug)]
pub(crate) enum Printer {
    /// To standard output, one a line.
    Lines,
    /// The value is the text of a file: to standard output as it is.
    Text,
    /// The value is the text of a file: into that file.
    File {
        /// Its name.
        path: PathBuf,
        /// Whether one that is there is replaced.
        force: bool,
    },
}

impl Printer {
    /// The one for a command.
    ///
    /// # Errors
    /// `conflict` when its file is there already.
    pub(crate) fn of(command: &Command) -> Result<Self> {
        let Command::Export(export) = command else { return Ok(Self::Lines) };
        let Some(path) = export.output.clone() else { return Ok(Self::Text) };
        // Also a link that leads nowhere is there.
        if !export.force && fs::symlink_metadata(&path).is_ok() {
            return Err(is_there(&path));
        }
        Ok(Self::File { path, force: export.force })
    }

    /// Prints a value.
    ///
    /// # Errors
    /// When nobody reads any more, or the file cannot be written.
    pub(crate) fn print(&self, value: &Value) -> Result<()> {
        match self {
            Self::Lines => line(value),
            Self::Text => text(value.as_str().unwrap_or_default()),
            Self::File { path, force } => {
                let content = value.as_str().unwrap_or_default();
                write_file(path, content.as_bytes(), *force)?;
                line(&json!({ "file": path.display().to_string(), "bytes": content.len() }))
            }
        }
    }
}

/// Prints a value on a line of standard output.
///
/// # Errors
/// When nobody reads any more.
pub(crate) fn line(value: &Value) -> Result<()> {
    text(&format!("{value}\n"))
}

fn text(text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(|error| failed(&error))
}

/// Writes a file, whole or not at all.
fn write_file(path: &Path, content: &[u8], force: bool) -> Result<()> {
    let written = if force { replace(path, content) } else { create(path, content) };
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists if !force => is_there(path),
        _ => Error::new(
            ErrorCode::InvalidInput,
            format!("{} cannot be written: {error}.", path.display()),
            "Choose another file.",
        ),
    })
}

fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content).and_then(|()| file.sync_all()).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    create(&beside, content)?;
    fs::rename(&beside, path).inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })
}

fn is_there(path: &Path) -> Error {
    Error::new(
        ErrorCode::Conflict,
        format!("{} is there already.", path.display()),
        "Choose another file, or replace it with --force.",
    )
}

/// Prints an error on standard error. Nobody reading is no reason to fail once more.
pub(crate) fn complain(error: &Error) {
    let line = json!({ "error": error });
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Tells on standard error what a person should know about the data folder.
pub(crate) fn notice(notice: &Notice) {
    let _ = writeln!(io::stderr().lock(), "{}", json!({ "notice": notice }));
}

fn failed(error: &dyn std::error::Error) -> Error {
    Error::new(ErrorCode::Interrupted, format!("The result could not be printed: {error}."), "")
}
