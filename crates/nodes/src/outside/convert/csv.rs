//! Rows as comma-separated values (RFC 4180, with any single-byte delimiter), UTF-8.

use bridge_domain::StepFailure;
use csv::{Terminator, WriterBuilder};

use super::table::{Table, cell};
use crate::failure::failed;

/// The table as CSV.
///
/// # Errors
/// Those of the writer.
pub fn write(table: &Table, delimiter: u8, header: bool) -> Result<Vec<u8>, StepFailure> {
    let broken =
        |error: &dyn std::fmt::Display| failed(format!("The CSV could not be made: {error}."), "Check the items.");
    let columns = table.columns()?;
    let mut writer = WriterBuilder::new().delimiter(delimiter).terminator(Terminator::CRLF).from_writer(Vec::new());
    if header && !columns.is_empty() {
        writer.write_record(&columns).map_err(|error| broken(&error))?;
    }
    for row in &table.rows {
        let cells = columns.iter().map(|column| cell(row, column));
        writer.write_record(cells).map_err(|error| broken(&error))?;
    }
    writer.into_inner().map_err(|error| broken(&error))
}
