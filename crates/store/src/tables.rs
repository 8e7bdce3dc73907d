//! `data_tables` and `data_rows`: tables that workflows share. What a condition means is in `conditions`, what a cell may
//! hold in `cells`.

use bridge_domain::{
    Config, DataTable, Error, ErrorCode, Problem, ProblemCode, Result, RowCondition, TableColumn, TableId, Tables,
    Timestamp,
};
use futures_util::{FutureExt, future::BoxFuture};
use serde_json::Value;
use sqlx::{FromRow, SqliteConnection};

use crate::{
    Store,
    cells::{self, Cells},
    conditions::Conditions,
    error::Attempt,
    rows::RowStatement,
    versions::parse,
};

/// Characters the name of a table may have, and of a column.
const NAME_LIMIT: usize = 200;
const COLUMN_NAME_LIMIT: usize = 64;
/// Columns of one table at most.
const COLUMN_LIMIT: usize = 200;
/// What every row has beside its columns.
const OWN_FIELDS: [&str; 3] = ["id", "created_at", "updated_at"];

impl Store {
    /// All data tables by name.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn data_tables(&self) -> Result<Vec<DataTable>> {
        let mut view = self.database.read().await?;
        Ok(list(&mut view).await?)
    }

    /// A new, empty table. Its columns stay as they are.
    ///
    /// # Errors
    /// `InvalidInput` for names that are empty, too long, in use or twice there.
    pub async fn create_data_table(&self, name: &str, columns: &[TableColumn]) -> Result<DataTable> {
        let name = name.trim();
        let problems = name_problems(name, columns);
        if !problems.is_empty() {
            return Err(Error::invalid(problems));
        }
        let mut write = self.database.write().await?;
        let table = create(&mut write, name, columns).await?;
        write.commit().await?;
        Ok(table)
    }

    /// Deletes a table with its rows.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_data_table(&self, id: TableId) -> Result<()> {
        let mut write = self.database.write().await?;
        let table = by_id(&mut write, id).await?;
        delete(&mut write, table.number).await?;
        Ok(write.commit().await?)
    }
}

impl Tables for Store {
    fn table<'a>(&'a self, name_or_id: &'a str) -> BoxFuture<'a, Result<DataTable>> {
        async move { Ok(find(&mut *self.database.read().await?, name_or_id).await?) }.boxed()
    }

    fn insert_rows(&self, table: TableId, rows: Vec<Config>) -> BoxFuture<'_, Result<Vec<Config>>> {
        async move {
            let mut write = self.database.write().await?;
            let table = by_id(&mut write, table).await?;
            let inserted = insert(&mut write, &table, rows).await?;
            write.commit_aside().await?;
            Ok(inserted)
        }
        .boxed()
    }

    fn rows(
        &self,
        table: TableId,
        conditions: Vec<RowCondition>,
        offset: u32,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<Config>>> {
        async move {
            let mut view = self.database.read().await?;
            let table = by_id(&mut view, table).await?;
            let conditions = Conditions::of(&table.columns, conditions)?;
            let found = conditions.rows(&mut view, table.number, offset, limit).await?;
            Ok(found.into_iter().map(|row| row.into_object(&table.columns)).collect())
        }
        .boxed()
    }

    fn update_rows(
        &self,
        table: TableId,
        conditions: Vec<RowCondition>,
        values: Config,
        insert_if_none: bool,
    ) -> BoxFuture<'_, Result<Vec<Config>>> {
        async move {
            let mut write = self.database.write().await?;
            let table = by_id(&mut write, table).await?;
            let conditions = Conditions::of(&table.columns, conditions)?;
            let changed = update(&mut write, &table, &conditions, values, insert_if_none).await?;
            write.commit_aside().await?;
            Ok(changed)
        }
        .boxed()
    }

    fn delete_rows(&self, table: TableId, conditions: Vec<RowCondition>) -> BoxFuture<'_, Result<u32>> {
        async move {
            if conditions.is_empty() {
                return Err(no_condition());
            }
            let mut write = self.database.write().await?;
            let table = by_id(&mut write, table).await?;
            let conditions = Conditions::of(&table.columns, conditions)?;
            let found = conditions.rows(&mut write, table.number, 0, u32::MAX).await?;
            let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
            let ids = found.into_iter().map(|row| (table.number, row.id)).collect();
            DELETE.execute(&mut write, ids, |query, (table, id)| query.bind(table).bind(id)).await?;
            write.commit_aside().await?;
            Ok(count)
        }
        .boxed()
    }
}

const INSERT: RowStatement =
    RowStatement { head: "INSERT INTO data_rows (data_table, id, created_at, updated_at, cells)", width: 5, tail: "" };
const UPDATE: RowStatement = RowStatement {
    head: "WITH change (data_table, id, updated_at, cells) AS (",
    width: 4,
    tail: ") UPDATE data_rows SET updated_at = change.updated_at, cells = change.cells FROM change
           WHERE data_rows.data_table = change.data_table AND data_rows.id = change.id",
};
const DELETE: RowStatement =
    RowStatement { head: "DELETE FROM data_rows WHERE (data_table, id) IN (", width: 2, tail: ")" };

/// A table, and its number in the database.
struct Found {
    number: i64,
    next_row: i64,
    columns: Vec<TableColumn>,
}

#[derive(FromRow)]
struct TableRow {
    id: String,
    name: String,
    columns: String,
    created_at: String,
    row_count: u32,
}

impl TableRow {
    fn parse(self) -> Attempt<DataTable> {
        Ok(DataTable {
            id: parse(&self.id)?,
            name: self.name,
            columns: serde_json::from_str(&self.columns)?,
            row_count: self.row_count,
            created_at: parse(&self.created_at)?,
        })
    }
}

async fn list(connection: &mut SqliteConnection) -> Attempt<Vec<DataTable>> {
    let rows: Vec<TableRow> = sqlx::query_as(
        "SELECT id, name, columns, created_at, (SELECT count(*) FROM data_rows WHERE data_table = number) AS row_count
         FROM data_tables ORDER BY name_key",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TableRow::parse).collect()
}

/// By identifier, or else by name.
async fn find(connection: &mut SqliteConnection, name_or_id: &str) -> Attempt<DataTable> {
    let row: Option<TableRow> = sqlx::query_as(
        "SELECT id, name, columns, created_at, (SELECT count(*) FROM data_rows WHERE data_table = number) AS row_count
         FROM data_tables WHERE id = ?1 OR name_key = ?2 ORDER BY id = ?1 DESC LIMIT 1",
    )
    .bind(name_or_id)
    .bind(name_or_id.trim().to_lowercase())
    .fetch_optional(connection)
    .await?;
    row.ok_or_else(|| Error::not_found("This data table"))?.parse()
}

async fn by_id(connection: &mut SqliteConnection, id: TableId) -> Attempt<Found> {
    let row: Option<(i64, i64, String)> =
        sqlx::query_as("SELECT number, next_row, columns FROM data_tables WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(connection)
            .await?;
    let (number, next_row, columns) = row.ok_or_else(|| Error::not_found("This data table"))?;
    Ok(Found { number, next_row, columns: serde_json::from_str(&columns)? })
}

async fn create(connection: &mut SqliteConnection, name: &str, columns: &[TableColumn]) -> Attempt<DataTable> {
    let (id, key) = (TableId::new(), name.to_lowercase());
    let is_taken: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM data_tables WHERE name_key = ?)")
        .bind(&key)
        .fetch_one(&mut *connection)
        .await?;
    if is_taken {
        let message = format!("There is a data table {name} already.");
        return Err(Error::invalid(vec![problem("name", ProblemCode::InvalidValue, message)]).into());
    }
    sqlx::query("INSERT INTO data_tables (id, name, name_key, columns, created_at) VALUES (?, ?, ?, ?, ?)")
        .bind(id.to_string())
        .bind(name)
        .bind(key)
        .bind(serde_json::to_string(columns)?)
        .bind(Timestamp::now().to_string())
        .execute(&mut *connection)
        .await?;
    find(connection, &id.to_string()).await
}

async fn delete(connection: &mut SqliteConnection, number: i64) -> Attempt<()> {
    sqlx::query("DELETE FROM data_tables WHERE number = ?").bind(number).execute(connection).await?;
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, table: &Found, rows: Vec<Config>) -> Attempt<Vec<Config>> {
    let now = Timestamp::now();
    let mut problems = Vec::new();
    let mut new = Vec::with_capacity(rows.len());
    let blank = vec![Value::Null; table.columns.len()];
    for (index, row) in rows.into_iter().enumerate() {
        let id = table.next_row + i64::try_from(index).unwrap_or(i64::MAX);
        let mut cells = blank.clone();
        cells::set(&table.columns, &mut cells, row, &format!("rows[{index}]"), &mut problems);
        new.push(Cells { id, created_at: now, updated_at: now, cells });
    }
    if !problems.is_empty() {
        return Err(Error::invalid(problems).into());
    }
    let lines = new.iter().map(|row| Ok((row.id, serde_json::to_string(&row.cells)?))).collect::<Attempt<Vec<_>>>()?;
    let (number, time) = (table.number, now.to_string());
    INSERT
        .execute(&mut *connection, lines, |query, (id, cells)| {
            query.bind(number).bind(id).bind(time.clone()).bind(time.clone()).bind(cells)
        })
        .await?;
    sqlx::query("UPDATE data_tables SET next_row = next_row + ? WHERE number = ?")
        .bind(i64::try_from(new.len()).unwrap_or(i64::MAX))
        .bind(number)
        .execute(connection)
        .await?;
    Ok(new.into_iter().map(|row| row.into_object(&table.columns)).collect())
}

async fn update(
    connection: &mut SqliteConnection,
    table: &Found,
    conditions: &Conditions,
    values: Config,
    insert_if_none: bool,
) -> Attempt<Vec<Config>> {
    let mut problems = Vec::new();
    let mut blank = vec![Value::Null; table.columns.len()];
    let changed = cells::set(&table.columns, &mut blank, values.clone(), "values", &mut problems);
    if !problems.is_empty() {
        return Err(Error::invalid(problems).into());
    }
    let mut found = conditions.rows(&mut *connection, table.number, 0, u32::MAX).await?;
    if found.is_empty() && insert_if_none {
        return insert(connection, table, vec![values]).await;
    }
    let now = Timestamp::now();
    let mut lines = Vec::with_capacity(found.len());
    for row in &mut found {
        for &column in &changed {
            row.cells[column] = blank[column].clone();
        }
        row.updated_at = now;
        lines.push((row.id, serde_json::to_string(&row.cells)?));
    }
    let (number, time) = (table.number, now.to_string());
    UPDATE
        .execute(connection, lines, |query, (id, cells)| query.bind(number).bind(id).bind(time.clone()).bind(cells))
        .await?;
    Ok(found.into_iter().map(|row| row.into_object(&table.columns)).collect())
}

fn name_problems(name: &str, columns: &[TableColumn]) -> Vec<Problem> {
    let mut problems = Vec::new();
    match name.chars().count() {
        0 => problems.push(problem("name", ProblemCode::Missing, "A data table needs a name.".to_owned())),
        1..=NAME_LIMIT => {}
        length => {
            let message = format!("The name has {length} characters; {NAME_LIMIT} are allowed.");
            problems.push(problem("name", ProblemCode::TooLarge, message));
        }
    }
    if columns.is_empty() || columns.len() > COLUMN_LIMIT {
        let message = format!("A data table has 1 to {COLUMN_LIMIT} columns, not {}.", columns.len());
        problems.push(problem("columns", ProblemCode::InvalidValue, message));
    }
    let mut seen = std::collections::HashSet::new();
    for (index, column) in columns.iter().enumerate() {
        let path = format!("columns[{index}].name");
        let length = column.name.chars().count();
        if length == 0 || length > COLUMN_NAME_LIMIT {
            let message = format!("The name of a column has 1 to {COLUMN_NAME_LIMIT} characters, not {length}.");
            problems.push(problem(&path, ProblemCode::InvalidValue, message));
        } else if OWN_FIELDS.contains(&column.name.as_str()) {
            let message = format!("Every row has {} already.", column.name);
            problems.push(problem(&path, ProblemCode::InvalidValue, message));
        } else if !seen.insert(&column.name) {
            let message = format!("There are two columns {}.", column.name);
            problems.push(problem(&path, ProblemCode::InvalidValue, message));
        }
    }
    problems
}

fn problem(path: &str, code: ProblemCode, message: String) -> Problem {
    Problem { path: path.to_owned(), code, message }
}

fn no_condition() -> Error {
    Error::new(
        ErrorCode::InvalidInput,
        "Rows are deleted only by a condition; there is none.",
        "Say which rows, for example: id is not null.",
    )
}
