//! Rows as an Excel workbook. Text stays text: nothing an item holds becomes a formula or a link.

use bridge_domain::StepFailure;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use serde_json::Value;

use super::table::{Table, cell};
use crate::failure::{failed_at, limit};

/// Rows and columns of a sheet, by ECMA-376.
const MAX_ROWS: usize = 1_048_576;
const MAX_COLUMNS: usize = 16_384;

/// The table as a workbook with one sheet.
///
/// # Errors
/// What does not fit into a sheet; a name that no sheet can have.
pub fn write(table: &Table, sheet: &str, header: bool) -> Result<Vec<u8>, StepFailure> {
    let columns = table.columns()?;
    let first = u32::from(header);
    if table.rows.len() + usize::from(header) > MAX_ROWS || columns.len() > MAX_COLUMNS {
        return Err(limit(
            format!("A sheet has room for {MAX_ROWS} rows and {MAX_COLUMNS} columns, and there are more."),
            "Make several files, or make CSV.",
        ));
    }
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name(sheet).map_err(|error| {
        failed_at("sheet", format!("“{sheet}” cannot be the name of a sheet: {error}."), "Choose another name.")
    })?;
    if header {
        for (column, name) in (0_u16..).zip(&columns) {
            page.write_string(0, column, *name).map_err(|error| broken(&error))?;
        }
    }
    for (row, values) in (first..).zip(&table.rows) {
        for (column, name) in (0_u16..).zip(&columns) {
            put(page, row, column, values.get(*name), || cell(values, name)).map_err(|error| broken(&error))?;
        }
    }
    workbook.save_to_buffer().map_err(|error| broken(&error))
}

fn put(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    value: Option<&Value>,
    text: impl FnOnce() -> String,
) -> Result<(), XlsxError> {
    // Excel has 53 bits for a number: a longer one, such as an identifier, would be changed.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        None | Some(Value::Null) => {}
        Some(Value::Bool(truth)) => {
            page.write_boolean(row, column, *truth)?;
        }
        Some(Value::Number(number)) if number.as_f64().is_some_and(|number| number.abs() < EXACT) => {
            page.write_number(row, column, number.as_f64().unwrap_or_default())?;
        }
        Some(_) => {
            page.write_string(row, column, text())?;
        }
    }
    Ok(())
}

fn broken(error: &XlsxError) -> StepFailure {
    match error {
        XlsxError::MaxStringLengthExceeded => {
            limit("A text is longer than the 32,767 characters a cell has room for.", "Shorten it, or make CSV.")
        }
        error => limit(format!("The workbook could not be made: {error}."), "Check the items, or make CSV."),
    }
}
