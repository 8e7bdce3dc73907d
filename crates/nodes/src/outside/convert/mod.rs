//! Turning items into a file.

mod csv;
mod html;
mod table;
mod xlsx;

use std::sync::Arc;

use bridge_domain::{Config, Effect, Executor, Item, Outcome, Step, StepFailure};
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::blocking::blocking;
use super::extract::csv::delimiter;
use super::file_kind::FileKind;
use super::file_read::{file_name, media_type};
use crate::Services;
use crate::failure::limit;
use crate::inputs::{Inputs, shared_parameters};
use crate::parameters::Parameters;
use crate::per_item::{ItemWork, Puts, Task, per_item_waiting};
use table::Table;

/// Bytes of items that go into one file.
const MAX_CONTENT: usize = 128 << 20;

/// Turns items into a file.
struct Convert {
    services: Arc<Services>,
    kind: FileKind,
}

/// The executor for this kind of file.
pub(super) fn make(services: &Arc<Services>, kind: FileKind) -> Box<dyn Executor> {
    Box::new(Convert { services: Arc::clone(services), kind })
}

impl Convert {
    /// One file of all items.
    async fn one_file(&self, step: &mut dyn Step) -> Result<Outcome, StepFailure> {
        let mut inputs = Inputs::default();
        let mut table = Table::default();
        let (mut from, mut size, mut config) = (Vec::new(), 0, None);
        while let Some(batch) = inputs.next(step).await? {
            if config.is_none() {
                config = Some(shared_parameters(step, Some(&batch)).await?);
            }
            from.extend((0..batch.items.len()).map(|position| batch.place(position)));
            for item in batch.items {
                size += bytes_of(&item.json);
                if size > MAX_CONTENT {
                    return Err(too_large());
                }
                table.rows.push(item.json);
            }
            step.progress(u32::try_from(from.len()).unwrap_or(u32::MAX));
        }
        if from.is_empty() {
            return Ok(Outcome::Done);
        }
        let config = config.unwrap_or_default();
        let parameters = Parameters::new(&config);
        let content = self.content(&parameters, table).await?;
        let item = self.keep(&parameters, content, Item::default()).await?;
        step.put(0, item, &from)?;
        Ok(Outcome::Done)
    }

    async fn content(&self, parameters: &Parameters<'_>, table: Table) -> Result<Vec<u8>, StepFailure> {
        let header = parameters.boolean("header_row")?.unwrap_or(true);
        let kind = self.kind;
        let separator = if kind == FileKind::Csv { delimiter(&parameters.text_or("delimiter", ",")?)? } else { b',' };
        let sheet = parameters.text_or("sheet", "Sheet1")?;
        blocking(move || match kind {
            FileKind::Csv => csv::write(&table, separator, header),
            FileKind::Xlsx => xlsx::write(&table, &sheet, header),
            FileKind::Html => html::write(&table, header).map(String::into_bytes),
            FileKind::Json | FileKind::Text => {
                Ok(format!("{:#}\n", Value::from_iter(table.rows.into_iter().map(Value::Object))).into_bytes())
            }
        })
        .await
    }

    /// The item with the file.
    async fn keep(&self, parameters: &Parameters<'_>, content: Vec<u8>, mut item: Item) -> Result<Item, StepFailure> {
        let name = file_name(&parameters.text_or("file_name", &format!("data.{}", self.kind.ending()))?);
        let field = parameters.text_or("binary_field", "data")?;
        let size = content.len();
        let kept = self
            .services
            .blobs
            .put(content, media_type(&format!("data.{}", self.kind.ending())).to_owned(), name.clone())
            .await?;
        item.json.insert("file_name".to_owned(), name.into());
        item.json.insert("size".to_owned(), size.into());
        item.binary.insert(field, kept);
        Ok(item)
    }

    async fn file_of_one(&self, task: Task<'_>) -> Result<Puts, StepFailure> {
        let content = match self.kind {
            FileKind::Text => task.parameters.required("text", task.parameters.text("text"))?,
            _ => format!("{:#}\n", Value::Object(task.item.json.clone())),
        };
        if content.len() > MAX_CONTENT {
            return Err(too_large());
        }
        Ok(vec![(0, self.keep(task.parameters, content.into_bytes(), task.item.clone()).await?)])
    }
}

impl Executor for Convert {
    fn effect(&self, _: &Config) -> Effect {
        Effect::Pure
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        let each = step.config().get("each_item").and_then(crate::parameters::boolean_of).unwrap_or(false);
        if self.kind == FileKind::Text || (self.kind == FileKind::Json && each) {
            return Box::pin(per_item_waiting(step, self));
        }
        Box::pin(self.one_file(step))
    }
}

impl ItemWork for Convert {
    fn work<'w>(&'w self, task: Task<'w>) -> BoxFuture<'w, Result<Puts, StepFailure>> {
        Box::pin(self.file_of_one(task))
    }
}

/// Bytes of an object as JSON, roughly.
fn bytes_of(object: &Config) -> usize {
    object.iter().map(|(name, value)| name.len() + 8 + size_of_value(value)).sum()
}

fn size_of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(|value| size_of_value(value) + 1).sum(),
        Value::Object(object) => bytes_of(object),
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}

fn too_large() -> StepFailure {
    limit(
        format!("The items are more than {} MiB, too many for one file.", MAX_CONTENT >> 20),
        "Make several files, such as one for each round of a loop.",
    )
}
