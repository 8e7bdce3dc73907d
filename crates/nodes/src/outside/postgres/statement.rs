//! Statements made of names and conditions. Names are quoted and values are parameters: nothing an item holds becomes SQL.

use bridge_domain::{Config, RowCondition, RowOperator, StepFailure};
use serde_json::Value;

use crate::failure::failed_at;

/// A statement with the values of its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// SQL with `$1`, `$2` …
    pub sql: String,
    /// The values, in that order.
    pub values: Vec<Value>,
}

/// How rows are sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorting {
    /// The column.
    pub column: String,
    /// From the largest to the smallest.
    pub descending: bool,
}

/// A name in quotation marks, as SQL wants one that may hold anything.
///
/// # Errors
/// For a name that PostgreSQL cannot have.
pub fn quoted(name: &str, parameter: &str) -> Result<String, StepFailure> {
    if name.is_empty() || name.contains('\0') {
        return Err(failed_at(
            parameter,
            "A name is empty or holds a NUL character.",
            "Write the name as the database has it.",
        ));
    }
    Ok(format!("\"{}\"", name.replace('"', "\"\"")))
}

/// The table's name with its schema.
///
/// # Errors
/// As [`quoted`].
pub fn table(schema: &str, table: &str) -> Result<String, StepFailure> {
    Ok(format!("{}.{}", quoted(schema, "schema")?, quoted(table, "table")?))
}

/// Adds a row; gives it as the database has it.
///
/// # Errors
/// As [`quoted`]; when there is no value.
pub fn insert(table: &str, row: &Config) -> Result<Statement, StepFailure> {
    let mut statement = Building::default();
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (name, value) in filled(row)? {
        names.push(quoted(name, "values")?);
        values.push(statement.bind(value));
    }
    let sql = format!("INSERT INTO {table} ({}) VALUES ({}) RETURNING *", names.join(", "), values.join(", "));
    Ok(statement.done(sql))
}

/// Reads rows that meet all conditions.
///
/// # Errors
/// As [`quoted`].
pub fn select(
    table: &str,
    conditions: &[RowCondition],
    sorting: Option<&Sorting>,
    limit: u32,
) -> Result<Statement, StepFailure> {
    let mut statement = Building::default();
    let filter = statement.filter(conditions)?;
    let order = match sorting {
        Some(sorting) => {
            let direction = if sorting.descending { "DESC" } else { "ASC" };
            format!(" ORDER BY {} {direction}", quoted(&sorting.column, "sort_by")?)
        }
        None => String::new(),
    };
    Ok(statement.done(format!("SELECT * FROM {table}{filter}{order} LIMIT {limit}")))
}

/// Changes rows that meet all conditions, of which there must be one; gives them as they are then.
///
/// # Errors
/// As [`insert`].
pub fn update(table: &str, conditions: &[RowCondition], row: &Config) -> Result<Statement, StepFailure> {
    let mut statement = Building::default();
    let mut changes = Vec::new();
    for (name, value) in filled(row)? {
        let name = quoted(name, "values")?;
        changes.push(format!("{name} = {}", statement.bind(value)));
    }
    let filter = statement.some_filter(conditions)?;
    Ok(statement.done(format!("UPDATE {table} SET {}{filter} RETURNING *", changes.join(", "))))
}

/// Deletes rows that meet all conditions, of which there must be one.
///
/// # Errors
/// As [`quoted`].
pub fn delete(table: &str, conditions: &[RowCondition]) -> Result<Statement, StepFailure> {
    let mut statement = Building::default();
    let filter = statement.some_filter(conditions)?;
    Ok(statement.done(format!("DELETE FROM {table}{filter}")))
}

fn filled(row: &Config) -> Result<impl Iterator<Item = (&String, &Value)>, StepFailure> {
    if row.is_empty() {
        return Err(failed_at("values", "There is no value to write.", "Name at least one column with a value."));
    }
    Ok(row.iter())
}

/// A statement in the making.
#[derive(Default)]
struct Building {
    values: Vec<Value>,
}

impl Building {
    /// The parameter that stands for this value.
    fn bind(&mut self, value: &Value) -> String {
        self.values.push(value.clone());
        format!("${}", self.values.len())
    }

    fn done(self, sql: String) -> Statement {
        Statement { sql, values: self.values }
    }

    fn some_filter(&mut self, conditions: &[RowCondition]) -> Result<String, StepFailure> {
        if conditions.is_empty() {
            return Err(failed_at(
                "conditions",
                "No condition says which rows are meant.",
                "Add a condition; a query is the way to change all rows.",
            ));
        }
        self.filter(conditions)
    }

    fn filter(&mut self, conditions: &[RowCondition]) -> Result<String, StepFailure> {
        let mut parts = Vec::new();
        for condition in conditions {
            parts.push(self.condition(condition)?);
        }
        Ok(if parts.is_empty() { String::new() } else { format!(" WHERE {}", parts.join(" AND ")) })
    }

    fn condition(&mut self, condition: &RowCondition) -> Result<String, StepFailure> {
        let column = quoted(&condition.column, "conditions")?;
        let sign = match condition.operator {
            RowOperator::IsNull => return Ok(format!("{column} IS NULL")),
            RowOperator::IsNotNull => return Ok(format!("{column} IS NOT NULL")),
            // These two know null, which `=` does not.
            RowOperator::Equals => "IS NOT DISTINCT FROM",
            RowOperator::NotEquals => "IS DISTINCT FROM",
            RowOperator::GreaterThan => ">",
            RowOperator::GreaterOrEqual => ">=",
            RowOperator::LessThan => "<",
            RowOperator::LessOrEqual => "<=",
            RowOperator::Contains => {
                let value = self.bind(&condition.value);
                return Ok(format!("position(lower({value}::text) in lower({column}::text)) > 0"));
            }
        };
        Ok(format!("{column} {sign} {}", self.bind(&condition.value)))
    }
}
