//! Writing many rows with few statements: a round trip to SQLite's thread costs more than a row. A few fixed numbers of
//! rows a statement, so that the same statements are used again; each small number is among them, because most groups are
//! small, and such a group's whole transaction is one round trip.

use sqlx::{
    AssertSqlSafe, Sqlite, SqliteConnection,
    query::Query,
    sqlite::{SqliteArguments, SqliteQueryResult},
};

use crate::error::Attempt;

/// Rows up to which there is a statement for each number of them.
pub(crate) const FEW: usize = 8;
/// Numbers of rows a statement is made for, largest first.
const SIZES: [usize; 10] = [128, 32, 8, 7, 6, 5, 4, 3, 2, 1];

/// A query whose values are being bound.
pub(crate) type Bound = Query<'static, Sqlite, SqliteArguments>;

/// A statement over rows of values: `head VALUES (?, …), (?, …) tail`.
pub(crate) struct RowStatement {
    pub(crate) head: &'static str,
    /// Values in a row.
    pub(crate) width: usize,
    pub(crate) tail: &'static str,
}

impl RowStatement {
    /// The statement for so many rows.
    pub(crate) fn text(&self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.width].join(","));
        format!("{} VALUES {} {}", self.head, vec![row.as_str(); rows].join(","), self.tail)
    }

    /// Runs it over all rows. Gives how many rows of the database it inserted or changed.
    pub(crate) async fn execute<T>(
        &self,
        connection: &mut SqliteConnection,
        rows: Vec<T>,
        bind: impl Fn(Bound, T) -> Bound,
    ) -> Attempt<u64> {
        let mut changed = 0;
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let size = SIZES.into_iter().find(|size| *size <= rows.len()).unwrap_or(1);
            let query = sqlx::query(AssertSqlSafe(self.text(size)));
            let query = rows.by_ref().take(size).fold(query, &bind);
            changed += query.execute(&mut *connection).await.map(|done: SqliteQueryResult| done.rows_affected())?;
        }
        Ok(changed)
    }
}
