//! PostgreSQL. One connection and one transaction for a step: what it changed stands when all its items are done.

pub mod connection;
mod failure;
mod numeric;
mod statement;
mod value;

use std::sync::Arc;
use std::time::Duration;

use bridge_domain::{Config, Effect, Error, ErrorCode, Executor, Item, ItemRef, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;
use futures_util::{TryStreamExt, pin_mut};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_postgres::Transaction;

use super::conditions::conditions;
use crate::Services;
use crate::inputs::Inputs;
use crate::parameters::Parameters;
use crate::per_item::{EachItem, Settled, Turn, each_item_of};
use connection::Session;
use failure::of_database;
use statement::{Sorting, Statement};
use value::{Bound, Cell};

/// What is done with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Query,
    Insert,
    Select,
    Update,
    Delete,
}

/// Asks a PostgreSQL database.
struct Postgres {
    services: Arc<Services>,
    task: Task,
}

/// The executor for this task.
pub(super) fn make(services: &Arc<Services>, task: Task) -> Box<dyn Executor> {
    Box::new(Postgres { services: Arc::clone(services), task })
}

impl Postgres {
    async fn all_items(&self, step: &mut dyn Step) -> Result<Outcome, StepFailure> {
        let mut inputs = Inputs::default();
        if !inputs.has_more(step).await? {
            return Ok(Outcome::Done);
        }
        let mut session = Session::open(&self.services.gate, step.credential().await?, step.grants()).await?;
        let mut transaction = session.client.transaction().await.map_err(|error| of_database(error, None))?;
        let work = Work { task: self.task, transaction: Mutex::new(&mut transaction) };
        let outcome = each_item_of(step, inputs, &work).await?;
        transaction.commit().await.map_err(|error| of_database(error, None))?;
        Ok(outcome)
    }
}

/// What is done for each item of a step, in the step's transaction.
struct Work<'w, 't> {
    task: Task,
    transaction: Mutex<&'w mut Transaction<'t>>,
}

impl EachItem for Work<'_, '_> {
    /// Within a savepoint, so that a failure does not end the transaction of the others.
    fn work<'w>(&'w self, Turn { step, parameters, item, place }: Turn<'w>) -> BoxFuture<'w, Settled<()>> {
        Box::pin(async move {
            let made = self.statement(parameters, item).and_then(|made| Ok((made, time(parameters)?)));
            let (statement, time) = match made {
                Ok(made) => made,
                Err(failure) => return Ok(Err(failure)),
            };
            let mut transaction = self.transaction.lock().await;
            let savepoint = transaction.savepoint("item").await.map_err(|error| of_database(error, None))?;
            // The server ends the statement itself; the second clock is for a server that no longer answers.
            match timeout(time + Duration::from_secs(10), self.run(step, &savepoint, &statement, time, place)).await {
                Ok(Ok(Ok(()))) => Ok(savepoint.commit().await.map_err(|error| of_database(error, self.text()))),
                Ok(Ok(Err(failure))) => {
                    savepoint.rollback().await.map_err(|error| of_database(error, None))?;
                    Ok(Err(failure))
                }
                Ok(Err(ended)) => Err(ended),
                Err(_) => {
                    Err(Error::new(ErrorCode::Timeout, "The database server no longer answers.", "Try again.").into())
                }
            }
        })
    }
}

impl Work<'_, '_> {
    async fn run(
        &self,
        step: &mut dyn Step,
        transaction: &Transaction<'_>,
        statement: &Statement,
        time: Duration,
        from: ItemRef,
    ) -> Settled<()> {
        let failed = |error| of_database(error, self.text());
        let clock = format!("SET LOCAL statement_timeout = {}", time.as_millis());
        if let Err(error) = transaction.batch_execute(&clock).await {
            return Ok(Err(failed(error)));
        }
        let prepared = match transaction.prepare(&statement.sql).await {
            Ok(prepared) => prepared,
            Err(error) => return Ok(Err(failed(error))),
        };
        if prepared.params().len() != statement.values.len() {
            return Ok(Err(self.wrong_count(prepared.params().len(), statement.values.len())));
        }
        let rows = transaction.query_raw(&prepared, statement.values.iter().cloned().map(Bound)).await;
        let rows = match rows {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(failed(error))),
        };
        pin_mut!(rows);
        loop {
            match rows.try_next().await {
                Ok(Some(row)) => match object(&row) {
                    Ok(object) => step.put(0, Item::from(object), &[from])?,
                    Err(error) => return Ok(Err(failed(error))),
                },
                Ok(None) => break,
                Err(error) => return Ok(Err(failed(error))),
            }
        }
        if self.task == Task::Delete {
            let deleted = rows.rows_affected().unwrap_or(0);
            step.put(0, Item::from(Config::from_iter([("deleted".to_owned(), deleted.into())])), &[from])?;
        }
        Ok(Ok(()))
    }

    fn statement(&self, parameters: &Parameters<'_>, item: &Item) -> Result<Statement, StepFailure> {
        if self.task == Task::Query {
            let values = parameters.list("query_parameters")?.unwrap_or_default();
            return Ok(Statement { sql: parameters.required_text("query")?, values });
        }
        let table = statement::table(&parameters.text_or("schema", "public")?, &parameters.required_text("table")?)?;
        match self.task {
            Task::Insert => statement::insert(&table, &values(parameters, item)?),
            Task::Update => statement::update(&table, &conditions(parameters)?, &values(parameters, item)?),
            Task::Delete => statement::delete(&table, &conditions(parameters)?),
            Task::Select | Task::Query => {
                let limit = parameters.integer("limit", 1..=100_000)?.unwrap_or(100);
                let descending = parameters.choice("order", &[("ascending", false), ("descending", true)])?;
                let column = parameters.text("sort_by")?.filter(|column| !column.is_empty());
                let sorting = column.map(|column| Sorting { column, descending: descending.unwrap_or(false) });
                let limit = u32::try_from(limit).unwrap_or(100);
                statement::select(&table, &conditions(parameters)?, sorting.as_ref(), limit)
            }
        }
    }

    /// The parameter that holds the SQL, where the user wrote it.
    fn text(&self) -> Option<&'static str> {
        (self.task == Task::Query).then_some("query")
    }

    fn wrong_count(&self, wanted: usize, given: usize) -> StepFailure {
        crate::failure::failed_at(
            "query_parameters",
            format!("The query has {wanted} parameters and {given} values were given."),
            "Give one value for each of $1, $2 …, in order.",
        )
    }
}

impl Executor for Postgres {
    fn effect(&self, _: &Config) -> Effect {
        // The transaction may have been committed when the answer was lost.
        if self.task == Task::Select { Effect::Harmless } else { Effect::Outside }
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(self.all_items(step))
    }
}

/// The values to write: those of the parameter, or all fields of the item.
pub fn values(parameters: &Parameters<'_>, item: &Item) -> Result<Config, StepFailure> {
    let values = parameters.map("values")?.unwrap_or_default();
    Ok(if values.is_empty() { item.json.clone() } else { values })
}

fn time(parameters: &Parameters<'_>) -> Result<Duration, StepFailure> {
    let seconds = parameters.integer("timeout_seconds", 1..=3600)?.unwrap_or(30);
    Ok(Duration::from_secs(u64::try_from(seconds).unwrap_or(30)))
}

/// A row as an object. Of columns with the same name the last one stands.
fn object(row: &tokio_postgres::Row) -> Result<Config, tokio_postgres::Error> {
    let columns = row.columns().iter().enumerate();
    columns
        .map(|(place, column)| {
            let Cell(value): Cell = row.try_get(place)?;
            Ok((column.name().to_owned(), value))
        })
        .collect::<Result<serde_json::Map<String, Value>, _>>()
}
