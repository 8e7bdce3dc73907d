//! Items as a table: a row for each, a column for each field that any of them has.

use std::collections::HashSet;

use bridge_domain::{Config, StepFailure};
use serde_json::Value;

use crate::failure::limit;
use crate::parameters::text_of;

/// Cells of a table, empty ones included: items with different fields each would make it square.
const MAX_CELLS: usize = 20_000_000;

/// Rows in order.
#[derive(Debug, Default)]
pub struct Table {
    /// The items' objects.
    pub rows: Vec<Config>,
}

impl Table {
    /// Names of all fields, in the order in which they first appear.
    ///
    /// # Errors
    /// When the table would have too many cells.
    pub fn columns(&self) -> Result<Vec<&str>, StepFailure> {
        let mut seen = HashSet::new();
        let names = self.rows.iter().flat_map(Config::keys).map(String::as_str);
        let columns: Vec<&str> = names.filter(|name| seen.insert(*name)).collect();
        if columns.len().saturating_mul(self.rows.len()) > MAX_CELLS {
            return Err(limit(
                format!("A table of {} rows and {} columns is too large.", self.rows.len(), columns.len()),
                "Keep only the fields that the file needs, such as with Set before this node.",
            ));
        }
        Ok(columns)
    }
}

/// A value as the text of a cell: nothing for null, JSON for lists and objects.
pub fn cell(row: &Config, column: &str) -> String {
    row.get(column).map(|value: &Value| text_of(value)).unwrap_or_default()
}
