//! Rows of comma-separated values (RFC 4180, with any single-byte delimiter).

use bridge_domain::{Config, StepFailure};
use csv::{ReaderBuilder, StringRecord};
use serde_json::Value;

use super::super::columns::{Columns, MAX_COLUMNS};
use crate::failure::{failed, failed_at, limit};

/// How rows are laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Between values.
    pub delimiter: u8,
    /// Whether the first row names the columns.
    pub header: bool,
}

/// Reads rows and passes each on as an object of texts. Rows may be shorter or longer than the first one.
///
/// # Errors
/// That of the receiver; what is not CSV, with its line.
pub fn read_rows(
    text: &str,
    layout: Layout,
    row: &mut dyn FnMut(Config) -> Result<(), StepFailure>,
) -> Result<(), StepFailure> {
    let mut reader = ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .has_headers(layout.header)
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = if layout.header {
        let names = reader.headers().map_err(|error| broken(&error))?;
        narrow(names)?;
        Columns::named(names.iter().map(str::to_owned))
    } else {
        Columns::default()
    };
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        narrow(&record)?;
        row(columns.row(record.iter().map(|value| Value::String(value.to_owned())).collect()))?;
    }
    Ok(())
}

fn narrow(record: &StringRecord) -> Result<(), StepFailure> {
    if record.len() <= MAX_COLUMNS {
        return Ok(());
    }
    Err(limit(
        format!("A row has more than {MAX_COLUMNS} columns."),
        "Check the delimiter, or split the file by columns.",
    ))
}

/// The delimiter a parameter's text stands for.
///
/// # Errors
/// When it is no single ASCII character.
pub fn delimiter(text: &str) -> Result<u8, StepFailure> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [b'"' | b'\r' | b'\n'] => Err(not_a_delimiter(text)),
        [one] if one.is_ascii() => Ok(*one),
        _ => Err(not_a_delimiter(text)),
    }
}

fn not_a_delimiter(text: &str) -> StepFailure {
    failed_at(
        "delimiter",
        format!("“{text}” cannot separate values."),
        "Use one character such as , or ; or \\t for a tab.",
    )
}

fn broken(error: &csv::Error) -> StepFailure {
    let line = error.position().map(|position| format!(" in line {}", position.line())).unwrap_or_default();
    failed(format!("The file cannot be read as CSV{line}: {error}."), "Check the file's delimiter and quotation marks.")
}
