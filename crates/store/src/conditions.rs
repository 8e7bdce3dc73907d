//! Conditions on rows of data tables. A column becomes its place, a value a parameter: no name and no value is ever part
//! of a statement.

use bridge_domain::{ColumnKind, Error, Problem, ProblemCode, Result, RowCondition, RowOperator, TableColumn};
use serde_json::Value;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::{
    cells::{self, Cells},
    error::Attempt,
    versions::parse,
};

/// Checked conditions.
pub(crate) struct Conditions(Vec<Condition>);

struct Condition {
    column: Column,
    operator: RowOperator,
    value: Value,
}

/// What is compared.
#[derive(Clone, Copy)]
enum Column {
    Id,
    CreatedAt,
    UpdatedAt,
    /// Place among the table's columns.
    Cell(usize),
}

impl Conditions {
    /// # Errors
    /// `InvalidInput` for unknown columns and values of the wrong type, each with its path.
    pub(crate) fn of(columns: &[TableColumn], conditions: Vec<RowCondition>) -> Result<Self> {
        let mut problems = Vec::new();
        let mut checked = Vec::with_capacity(conditions.len());
        for (index, condition) in conditions.into_iter().enumerate() {
            match Condition::of(columns, condition, &format!("conditions[{index}]")) {
                Ok(condition) => checked.push(condition),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(Self(checked)) } else { Err(Error::invalid(problems)) }
    }

    /// Rows that fit, ordered by `id`.
    pub(crate) async fn rows(
        &self,
        connection: &mut SqliteConnection,
        table: i64,
        offset: u32,
        limit: u32,
    ) -> Attempt<Vec<Cells>> {
        let in_memory: Vec<_> = self.0.iter().filter(|condition| condition.is_for_memory()).collect();
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT id, created_at, updated_at, cells FROM data_rows WHERE data_table = ");
        query.push_bind(table);
        for condition in self.0.iter().filter(|condition| !condition.is_for_memory()) {
            condition.push_to(&mut query);
        }
        query.push(" ORDER BY id");
        if in_memory.is_empty() {
            query.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
        }
        let rows: Vec<(i64, String, String, String)> = query.build_query_as().fetch_all(connection).await?;
        let rows = rows.into_iter().map(|(id, created_at, updated_at, cells)| {
            let (created_at, updated_at) = (parse(&created_at)?, parse(&updated_at)?);
            Ok(Cells { id, created_at, updated_at, cells: serde_json::from_str(&cells)? })
        });
        if in_memory.is_empty() {
            return rows.collect();
        }
        let fits = |row: &Attempt<Cells>| {
            row.as_ref().map_or(true, |row| in_memory.iter().all(|condition| condition.contains(row)))
        };
        rows.filter(fits).skip(offset as usize).take(limit as usize).collect()
    }
}

impl Condition {
    fn of(columns: &[TableColumn], condition: RowCondition, path: &str) -> Result<Self, Problem> {
        let RowCondition { column: name, operator, value } = condition;
        let cell = columns.iter().position(|column| column.name == name);
        let (column, kind) = match (name.as_str(), cell) {
            ("id", _) => (Column::Id, ColumnKind::Number),
            ("created_at", _) => (Column::CreatedAt, ColumnKind::Date),
            ("updated_at", _) => (Column::UpdatedAt, ColumnKind::Date),
            (_, Some(place)) => (Column::Cell(place), columns[place].kind),
            (_, None) => {
                let message = format!("The data table has no column {name}.");
                return Err(Problem { path: format!("{path}.column"), code: ProblemCode::InvalidValue, message });
            }
        };
        if operator == RowOperator::Contains && kind != ColumnKind::Text {
            let message = format!("Only a text can contain something; {name} holds {}.", cells::expected(kind));
            return Err(Problem { path: format!("{path}.operator"), code: ProblemCode::InvalidValue, message });
        }
        if matches!(operator, RowOperator::IsNull | RowOperator::IsNotNull) {
            return Ok(Self { column, operator, value: Value::Null });
        }
        let value = cells::of_kind(kind, value).ok_or_else(|| Problem {
            path: format!("{path}.value"),
            code: ProblemCode::WrongType,
            message: format!("The column {name} is compared with {}.", cells::expected(kind)),
        })?;
        Ok(Self { column, operator, value })
    }

    /// SQLite knows the case of ASCII letters only.
    fn is_for_memory(&self) -> bool {
        self.operator == RowOperator::Contains && self.value.as_str().is_some_and(|text| !text.is_ascii())
    }

    fn contains(&self, row: &Cells) -> bool {
        let Column::Cell(place) = self.column else { return false };
        match (row.cells.get(place), &self.value) {
            (Some(Value::String(text)), Value::String(part)) => text.to_lowercase().contains(&part.to_lowercase()),
            _ => false,
        }
    }

    fn push_to(&self, query: &mut QueryBuilder<Sqlite>) {
        query.push(" AND ");
        if self.operator == RowOperator::Contains {
            query.push("instr(lower(");
            self.push_column(query);
            query.push("), lower(");
            self.push_value(query);
            query.push(")) > 0");
            return;
        }
        self.push_column(query);
        // IS and IS NOT count null as a value; the others hold for no null.
        query.push(match self.operator {
            RowOperator::Equals => " IS ",
            RowOperator::NotEquals => " IS NOT ",
            RowOperator::GreaterThan => " > ",
            RowOperator::GreaterOrEqual => " >= ",
            RowOperator::LessThan => " < ",
            RowOperator::LessOrEqual => " <= ",
            RowOperator::IsNotNull => " IS NOT NULL",
            RowOperator::IsNull | RowOperator::Contains => " IS NULL",
        });
        if !matches!(self.operator, RowOperator::IsNull | RowOperator::IsNotNull) {
            self.push_value(query);
        }
    }

    fn push_column(&self, query: &mut QueryBuilder<Sqlite>) {
        match self.column {
            Column::Id => query.push("id"),
            Column::CreatedAt => query.push("created_at"),
            Column::UpdatedAt => query.push("updated_at"),
            Column::Cell(place) => query.push("json_extract(cells, ").push_bind(format!("$[{place}]")).push(")"),
        };
    }

    fn push_value(&self, query: &mut QueryBuilder<Sqlite>) {
        match &self.value {
            Value::String(text) => query.push_bind(text.clone()),
            Value::Bool(value) => query.push_bind(i64::from(*value)),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => query.push_bind(whole),
                None => query.push_bind(number.as_f64()),
            },
            Value::Null | Value::Array(_) | Value::Object(_) => query.push("NULL"),
        };
    }
}
