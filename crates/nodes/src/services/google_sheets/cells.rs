//! Rows and columns of a sheet: names of columns from its first row, numbers of rows, and A1 notation. Values only.

use bridge_domain::{Config, StepFailure};
use serde_json::Value;

use crate::failure::failed_at;
use crate::parameters::text_of;

/// A range of cells whose first row names the columns.
#[derive(Debug, Default)]
pub struct Table {
    /// Names of the columns; a column without a name has its letters.
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
    /// Number of the row with the names.
    first: u64,
}

impl Table {
    /// A table of these rows, whose row of names has this number.
    #[must_use]
    pub fn new(header: Vec<Value>, rows: Vec<Vec<Value>>, first: u64) -> Self {
        let named = header.iter().enumerate().map(|(place, cell)| match text_of(cell).trim() {
            "" => column_name(place),
            name => name.to_owned(),
        });
        Self { columns: named.collect(), rows, first }
    }

    /// Rows that are not empty, each with its number.
    pub fn items(&self) -> impl Iterator<Item = (u64, Config)> {
        self.numbered().filter(|(_, row)| !row.iter().all(|cell| cell.is_null() || *cell == "")).map(|(number, row)| {
            let cells = self.columns.iter().enumerate();
            (
                number,
                cells
                    .map(|(place, name)| (name.clone(), row.get(place).cloned().unwrap_or_else(|| "".into())))
                    .collect(),
            )
        })
    }

    fn numbered(&self) -> impl Iterator<Item = (u64, &Vec<Value>)> {
        (self.first + 1..).zip(&self.rows)
    }

    /// Place of a column, from 0.
    ///
    /// # Errors
    /// When there is no column of this name.
    pub fn column(&self, name: &str) -> Result<usize, StepFailure> {
        self.columns.iter().position(|column| column == name).ok_or_else(|| {
            let names: Vec<String> = self.columns.iter().take(20).map(|name| format!("“{name}”")).collect();
            let message = format!("The sheet has no column “{name}”; its first row names {}.", names.join(", "));
            failed_at("values", message, "Correct the name, or write it into the first row of the sheet.")
        })
    }

    /// Values in the order of the columns; null, which leaves a cell empty, where there is none.
    ///
    /// # Errors
    /// When there is no column for a value.
    pub fn row(&self, values: &Config) -> Result<Vec<Value>, StepFailure> {
        let mut row = vec![Value::Null; self.columns.len()];
        for (name, value) in values {
            if let Some(cell) = row.get_mut(self.column(name)?) {
                cell.clone_from(value);
            }
        }
        Ok(row)
    }
}

/// Number of the one row in which a column has this value.
///
/// # Errors
/// When there is no such column, no such row, or more than one.
pub fn row_of(table: &Table, column: &str, sought: &Value) -> Result<u64, StepFailure> {
    let place =
        table.column(column).map_err(|failure| StepFailure { parameter: Some("match_column".into()), ..failure })?;
    let sought = text_of(sought);
    let fits = |row: &Vec<Value>| row.get(place).is_some_and(|cell| text_of(cell) == sought);
    let rows: Vec<u64> = table.numbered().filter(|(_, row)| fits(row)).map(|(number, _)| number).take(3).collect();
    match rows.as_slice() {
        [row] => Ok(*row),
        [] => {
            let message = format!("No row has “{sought}” in the column “{column}”.");
            Err(failed_at("match_value", message, "Check the value, or append a row instead."))
        }
        [one, other, ..] => {
            let message = format!("Several rows have “{sought}” in the column “{column}”, such as {one} and {other}.");
            Err(failed_at("match_value", message, "Choose a column whose values are different in every row."))
        }
    }
}

/// Letters of a column by its place from 0: A, B … Z, AA.
#[must_use]
pub fn column_name(place: usize) -> String {
    let (mut rest, mut letters) = (place + 1, Vec::new());
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.into_iter().rev().collect()
}

/// Number of the first row of a range such as `'My sheet'!B7:D9`.
#[must_use]
pub fn first_row(range: &str) -> Option<u64> {
    let cells = range.rsplit('!').next()?;
    let start = cells.split(':').next()?;
    start.trim_start_matches(|one: char| one.is_ascii_alphabetic() || one == '$').parse().ok()
}

/// Name of a sheet as ranges write it.
#[must_use]
pub fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_have_letters() {
        let names: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(column_name).collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn the_first_row_of_a_range_is_read() {
        assert_eq!(first_row("'It''s 5!A2'!B7:D9"), Some(7));
        assert_eq!(first_row("Sheet1!$A$12"), Some(12));
        assert_eq!(first_row("Sheet1!A:C"), None);
        assert_eq!(first_row("Sheet1!3:3"), Some(3));
    }

    #[test]
    fn rows_are_named_numbered_and_empty_ones_left_out() {
        let rows = vec![vec![json!(1)], vec![], vec![json!(""), json!("")], vec![json!(2), json!("x"), json!(true)]];
        let table = Table::new(vec![json!("id"), json!(" "), json!(3)], rows, 4);
        let items: Vec<(u64, Value)> = table.items().map(|(row, values)| (row, Value::Object(values))).collect();
        assert_eq!(items, [(5, json!({ "id": 1, "B": "", "3": "" })), (8, json!({ "id": 2, "B": "x", "3": true })),]);
    }

    #[test]
    fn a_row_is_found_only_when_it_is_the_only_one() {
        let rows = vec![vec![json!(1)], vec![json!("2")], vec![json!(2)]];
        let table = Table::new(vec![json!("id")], rows, 1);
        assert_eq!(row_of(&table, "id", &json!("1")).unwrap(), 2);
        assert!(row_of(&table, "id", &json!(2)).unwrap_err().error.message.contains("3 and 4"));
        assert!(row_of(&table, "id", &json!(9)).is_err());
        assert_eq!(row_of(&table, "no", &json!(9)).unwrap_err().parameter.as_deref(), Some("match_column"));
    }
}
