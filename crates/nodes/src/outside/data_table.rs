//! Data tables of the application.

use std::sync::Arc;

use bridge_domain::{Config, DataTable, Effect, Executor, Item, ItemRef, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;

use super::conditions::conditions;
use super::postgres::values;
use crate::Services;
use crate::parameters::Parameters;
use crate::per_item::{EachItem, Settled, Turn, each_item};

/// Rows asked for at once.
const PAGE: u32 = 1000;

/// What is done with the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Insert,
    Get,
    Update,
    Upsert,
    Delete,
}

/// Reads and changes rows.
struct Rows {
    services: Arc<Services>,
    task: Task,
}

/// The executor for this task.
pub(super) fn make(services: &Arc<Services>, task: Task) -> Box<dyn Executor> {
    Box::new(Rows { services: Arc::clone(services), task })
}

impl Rows {
    async fn changed(&self, parameters: &Parameters<'_>, item: &Item) -> Result<Vec<Config>, StepFailure> {
        let tables = &self.services.tables;
        let table = self.table(parameters).await?;
        let rows = match self.task {
            Task::Insert => tables.insert_rows(table.id, vec![row(parameters, item, &table)?]).await?,
            Task::Delete => {
                let deleted = tables.delete_rows(table.id, some(parameters)?).await?;
                vec![Config::from_iter([("deleted".to_owned(), deleted.into())])]
            }
            Task::Update | Task::Upsert | Task::Get => {
                let insert_if_none = self.task == Task::Upsert;
                let values = row(parameters, item, &table)?;
                tables.update_rows(table.id, some(parameters)?, values, insert_if_none).await?
            }
        };
        Ok(rows)
    }

    /// Reads rows page by page and puts them out at once.
    async fn read(&self, step: &mut dyn Step, parameters: &Parameters<'_>, from: ItemRef) -> Settled<()> {
        let wanted = async {
            let limit = parameters.integer("limit", 1..=100_000)?.unwrap_or(100);
            let limit = u32::try_from(limit).unwrap_or(100);
            Ok::<_, StepFailure>((self.table(parameters).await?, conditions(parameters)?, limit))
        };
        let (table, conditions, limit) = match wanted.await {
            Ok(wanted) => wanted,
            Err(failure) => return Ok(Err(failure)),
        };
        let mut read = 0;
        while read < limit {
            let page = PAGE.min(limit - read);
            let rows = match self.services.tables.rows(table.id, conditions.clone(), read, page).await {
                Ok(rows) => rows,
                Err(error) => return Ok(Err(error.into())),
            };
            let found = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            rows.into_iter().try_for_each(|row| step.put(0, Item::from(row), &[from]))?;
            if found < page {
                break;
            }
            read += page;
        }
        Ok(Ok(()))
    }

    async fn table(&self, parameters: &Parameters<'_>) -> Result<DataTable, StepFailure> {
        let name = parameters.required_text("table")?;
        let found = self.services.tables.table(&name).await;
        found.map_err(|error| StepFailure { parameter: Some("table".to_owned()), ..error.into() })
    }
}

impl Executor for Rows {
    fn effect(&self, _: &Config) -> Effect {
        match self.task {
            Task::Insert | Task::Upsert => Effect::Outside,
            // Doing these twice leaves what doing them once leaves.
            Task::Get | Task::Update | Task::Delete => Effect::Harmless,
        }
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(each_item(step, self))
    }
}

impl EachItem for Rows {
    fn work<'w>(&'w self, Turn { step, parameters, item, place }: Turn<'w>) -> BoxFuture<'w, Settled<()>> {
        Box::pin(async move {
            if self.task == Task::Get {
                return self.read(step, parameters, place).await;
            }
            match self.changed(parameters, item).await {
                Ok(rows) => {
                    rows.into_iter().try_for_each(|row| step.put(0, Item::from(row), &[place]))?;
                    Ok(Ok(()))
                }
                Err(failure) => Ok(Err(failure)),
            }
        })
    }
}

/// The conditions, of which there must be one.
fn some(parameters: &Parameters<'_>) -> Result<Vec<bridge_domain::RowCondition>, StepFailure> {
    let found = conditions(parameters)?;
    if found.is_empty() {
        return Err(parameters.failed("conditions", "No condition says which rows are meant.", "Add a condition."));
    }
    Ok(found)
}

/// The values to write: those of the parameter; when it is empty, the item's fields that the table has columns for.
fn row(parameters: &Parameters<'_>, item: &Item, table: &DataTable) -> Result<Config, StepFailure> {
    let given = parameters.map("values")?.is_some_and(|values| !values.is_empty());
    let mut row = values(parameters, item)?;
    if !given {
        row.retain(|name, _| table.columns.iter().any(|column| column.name == *name));
        if row.is_empty() {
            return Err(parameters.failed(
                "values",
                "The item has no field with the name of a column.",
                "Name the columns and their values.",
            ));
        }
    }
    Ok(row)
}
