//! SQLite files within granted folders. A statement sees its own file only, cannot load code, and is ended when its time is
//! over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bridge_domain::{Config, Effect, Error, ErrorCode, Executor, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};
use serde_json::Value;

use super::blocking::put_while_reading;
use super::effect::outside_if;
use super::folder::{Place, Use};
use crate::Services;
use crate::failure::{failed, failed_at, limit};
use crate::parameters::Parameters;
use crate::per_item::{EachItem, Settled, Turn, each_item};

/// Steps of SQLite's machine between two looks at the clock.
const CLOCK_STEPS: i32 = 10_000;
/// Bytes of one value or row.
const MAX_VALUE: i32 = 32 << 20;
/// Bytes of a pattern of `LIKE` and `GLOB`: SQLite calls itself for each wildcard in it.
const MAX_PATTERN: i32 = 1_000;

/// Runs one statement for each item.
pub struct Sqlite;

impl Sqlite {
    /// The executor.
    pub fn make(_: &Arc<Services>) -> Box<dyn Executor> {
        Box::new(Self)
    }
}

/// A statement and what it needs.
struct Query {
    place: Place,
    sql: String,
    values: Vec<Value>,
    write: bool,
    time: Duration,
}

impl Executor for Sqlite {
    fn effect(&self, config: &Config) -> Effect {
        outside_if(config, "write")
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(each_item(step, self))
    }
}

impl EachItem for Sqlite {
    fn work<'w>(&'w self, Turn { step, parameters, place, .. }: Turn<'w>) -> BoxFuture<'w, Settled<()>> {
        Box::pin(async move {
            match Query::read(step, parameters) {
                Ok(query) => put_while_reading(step, place, move |out| query.run(&mut |row| out.put(row.into()))).await,
                Err(failure) => Ok(Err(failure)),
            }
        })
    }
}

impl Query {
    fn read(step: &dyn Step, parameters: &Parameters<'_>) -> Result<Self, StepFailure> {
        let write = parameters.boolean("write")?.unwrap_or(false);
        let purpose = if write { Use::Write } else { Use::Read };
        let seconds = parameters.integer("timeout_seconds", 1..=3600)?.unwrap_or(30);
        Ok(Self {
            place: Place::find(step.grants(), &parameters.required_text("path")?, purpose)?,
            sql: parameters.required_text("query")?,
            values: parameters.list("query_parameters")?.unwrap_or_default(),
            write,
            time: Duration::from_secs(u64::try_from(seconds).unwrap_or(30)),
        })
    }

    fn run(&self, row: &mut dyn FnMut(Config) -> Result<(), StepFailure>) -> Result<(), StepFailure> {
        let connection = self.open()?;
        let deadline = Instant::now() + self.time;
        let refused = |error| self.failure(&error, deadline);
        connection.progress_handler(CLOCK_STEPS, Some(move || Instant::now() >= deadline)).map_err(refused)?;
        connection.busy_timeout(self.time).map_err(refused)?;
        let mut statement = connection.prepare(&self.sql).map_err(refused)?;
        if statement.parameter_count() != self.values.len() {
            return Err(failed_at(
                "query_parameters",
                format!(
                    "The query has {} parameters and {} values were given.",
                    statement.parameter_count(),
                    self.values.len()
                ),
                "Give one value for each of ?1, ?2 …, in order.",
            ));
        }
        let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.query(params_from_iter(self.values.iter().map(Bound))).map_err(refused)?;
        while let Some(found) = rows.next().map_err(refused)? {
            let mut object = Config::new();
            for (place, name) in names.iter().enumerate() {
                object.insert(name.clone(), json(found.get_ref(place).map_err(refused)?));
            }
            row(object)?;
        }
        Ok(())
    }

    /// Opens the file. SQLite opens paths by itself, so the real place of the file is found first and links are refused
    /// after that.
    fn open(&self) -> Result<Connection, StepFailure> {
        let purpose = if self.write { Use::Write } else { Use::Read };
        let found =
            self.place.folder.metadata(&self.place.inside).map_err(|error| self.place.failure(&error, purpose))?;
        if !found.is_file() {
            return Err(failed_at(
                "path",
                format!("“{}” is not an ordinary file.", self.place.shown()),
                "Check the path.",
            ));
        }
        let within =
            self.place.folder.canonicalize(&self.place.inside).map_err(|error| self.place.failure(&error, purpose))?;
        let root = std::fs::canonicalize(&self.place.root).map_err(|error| self.place.failure(&error, purpose))?;
        let access = if self.write { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let never = Instant::now() + self.time;
        let refused = |error| self.failure(&error, never);
        let connection = Connection::open_with_flags(root.join(within), flags).map_err(refused)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(refused)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).map_err(refused)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0).map_err(refused)?;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE).map_err(refused)?;
        connection.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, MAX_PATTERN).map_err(refused)?;
        connection.authorizer(Some(allowed)).map_err(refused)?;
        Ok(connection)
    }

    fn failure(&self, error: &rusqlite::Error, deadline: Instant) -> StepFailure {
        use rusqlite::ErrorCode as Kind;
        match error.sqlite_error_code() {
            Some(Kind::OperationInterrupted) if Instant::now() >= deadline => Error::new(
                ErrorCode::Timeout,
                "The statement took too long.",
                "Give it more time, or make it read fewer rows.",
            )
            .into(),
            Some(Kind::DatabaseBusy | Kind::DatabaseLocked) => {
                let message = "Another program is writing to the database file.";
                Error::new(ErrorCode::StoreUnavailable, message, "Close the other program, or try again.").into()
            }
            Some(Kind::NotADatabase | Kind::DatabaseCorrupt) => {
                failed_at("path", "The file is not a SQLite database, or it is damaged.", "Check the path.")
            }
            Some(Kind::ReadOnly) => {
                failed_at("write", "The statement would change the file.", "Switch on “Change the file”, if it is to.")
            }
            Some(Kind::AuthorizationForStatementDenied) => failed_at(
                "query",
                "The statement reaches beyond its own file, which is not allowed here.",
                "Use a statement on the tables of this file only.",
            ),
            Some(Kind::TooBig) => {
                limit(format!("A value is larger than {} MiB.", MAX_VALUE >> 20), "Read less at once.")
            }
            _ => match error {
                rusqlite::Error::SqlInputError { msg, offset, .. } => StepFailure {
                    position: u32::try_from(*offset).ok(),
                    ..failed_at("query", format!("SQLite says: {msg}."), "Correct the query.")
                },
                rusqlite::Error::MultipleStatement => {
                    failed_at("query", "There is more than one statement.", "Use a node for each statement.")
                }
                error => failed(format!("SQLite says: {error}."), "Correct the query or the values."),
            },
        }
    }
}

/// What a statement may do: anything within its file. `ATTACH` would open another one, and so would `VACUUM INTO`, which
/// attaches; some pragmas name files or switch protections off.
fn allowed(context: AuthContext<'_>) -> Authorization {
    const PRAGMAS: &[&str] = &[
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "user_version",
        "application_id",
        "encoding",
        "page_count",
        "page_size",
        "foreign_keys",
        "integrity_check",
        "quick_check",
    ];
    match context.action {
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => Authorization::Deny,
        AuthAction::Pragma { pragma_name, .. } if !PRAGMAS.contains(&pragma_name.to_ascii_lowercase().as_str()) => {
            Authorization::Deny
        }
        AuthAction::Function { function_name } if function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }
}

/// A JSON value for a parameter.
struct Bound<'v>(&'v Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Bool(truth) => ToSqlOutput::Owned(SqlValue::Integer((*truth).into())),
            Value::String(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Number(number) => ToSqlOutput::Owned(match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => SqlValue::Integer(whole),
                (None, Some(float)) => SqlValue::Real(float),
                (None, None) => SqlValue::Text(number.to_string()),
            }),
            other => ToSqlOutput::Owned(SqlValue::Text(other.to_string())),
        })
    }
}

/// A value of a row as JSON. Bytes are Base64; whole numbers beyond 53 bits are text, so that no reader rounds them.
fn json(value: ValueRef<'_>) -> Value {
    const EXACT: u64 = 9_007_199_254_740_991;
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) if number.unsigned_abs() <= EXACT => number.into(),
        ValueRef::Integer(number) => number.to_string().into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => STANDARD.encode(bytes).into(),
    }
}
