//! Values of the rows of data tables: what each kind of column takes, and rows as objects.

use bridge_domain::{ColumnKind, Config, Problem, ProblemCode, TableColumn, Timestamp};
use serde_json::Value;

/// A row: its values in the order of the columns.
pub(crate) struct Cells {
    pub(crate) id: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) cells: Vec<Value>,
}

impl Cells {
    /// The row as workflows see it.
    pub(crate) fn into_object(self, columns: &[TableColumn]) -> Config {
        let mut object = Config::new();
        object.insert("id".to_owned(), self.id.into());
        object.insert("created_at".to_owned(), self.created_at.to_string().into());
        object.insert("updated_at".to_owned(), self.updated_at.to_string().into());
        object.extend(columns.iter().map(|column| column.name.clone()).zip(self.cells));
        object
    }
}

/// Puts values into a row. What does not fit is a problem with its path. Gives the places that were set.
pub(crate) fn set(
    columns: &[TableColumn],
    cells: &mut [Value],
    values: Config,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Vec<usize> {
    let mut changed = Vec::with_capacity(values.len());
    for (name, value) in values {
        let path = format!("{path}.{name}");
        let Some(place) = columns.iter().position(|column| column.name == name) else {
            problems.push(Problem {
                path,
                code: ProblemCode::InvalidValue,
                message: format!("The data table has no column {name}."),
            });
            continue;
        };
        match of_kind(columns[place].kind, value) {
            Some(value) => {
                cells[place] = value;
                changed.push(place);
            }
            None => {
                let expected = expected(columns[place].kind);
                let message = format!("The column {name} takes {expected}.");
                problems.push(Problem { path, code: ProblemCode::WrongType, message });
            }
        }
    }
    changed
}

/// The value as it is kept, if the kind takes it. Times are kept in UTC, so that their text sorts like the time.
pub(crate) fn of_kind(kind: ColumnKind, value: Value) -> Option<Value> {
    match (kind, value) {
        (_, Value::Null) => Some(Value::Null),
        (ColumnKind::Text, value @ Value::String(_))
        | (ColumnKind::Number, value @ Value::Number(_))
        | (ColumnKind::Boolean, value @ Value::Bool(_)) => Some(value),
        (ColumnKind::Date, Value::String(text)) => {
            text.parse::<Timestamp>().ok().map(|time| Value::String(time.to_string()))
        }
        _ => None,
    }
}

/// What a kind takes, for a person.
pub(crate) fn expected(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "a text",
        ColumnKind::Number => "a number",
        ColumnKind::Boolean => "true or false",
        ColumnKind::Date => "a date and time such as 2026-01-31T12:00:00Z",
    }
}
