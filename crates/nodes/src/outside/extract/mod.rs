//! Turning a file beside an item into items.

pub mod csv;
mod html;
mod json;
mod xlsx;

use std::sync::Arc;

use bridge_domain::{Config, Effect, Executor, Item, Outcome, Step, StepFailure};
use encoding_rs::Encoding;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::binary::file;
use super::blocking::{blocking, put_while_reading};
use super::file_kind::FileKind;
use super::text::{ENCODINGS, decode};
use crate::Services;
use crate::failure::limit;
use crate::parameters::Parameters;
use crate::per_item::{EachItem, Settled, Turn, each_item};
use csv::{Layout, delimiter, read_rows};
use html::{Field, read_fields};

/// Bytes of a file that something is extracted from.
const MAX_FILE: u64 = 128 << 20;

/// What is read and how, from the parameters.
enum Plan {
    Csv(Layout, Option<&'static Encoding>),
    Json(Option<&'static Encoding>),
    Text(String, Option<&'static Encoding>),
    Xlsx(Option<String>, bool),
}

/// Turns a file beside an item into items.
struct Extract {
    services: Arc<Services>,
    kind: FileKind,
}

/// The executor for this kind of file.
pub(super) fn make(services: &Arc<Services>, kind: FileKind) -> Box<dyn Executor> {
    Box::new(Extract { services: Arc::clone(services), kind })
}

impl Extract {
    async fn bytes(&self, parameters: &Parameters<'_>, item: &Item) -> Result<Vec<u8>, StepFailure> {
        let binary = file(item, &parameters.text_or("binary_field", "data")?)?;
        if binary.size > MAX_FILE {
            return Err(limit(
                format!("The file is larger than {} MiB.", MAX_FILE >> 20),
                "Split it into smaller ones before this node.",
            ));
        }
        Ok(self.services.blobs.get(&binary.hash).await?)
    }

    fn plan(&self, parameters: &Parameters<'_>) -> Result<Plan, StepFailure> {
        let encoding = || Ok::<_, StepFailure>(parameters.choice("encoding", ENCODINGS)?.flatten());
        let header = || Ok::<_, StepFailure>(parameters.boolean("header_row")?.unwrap_or(true));
        Ok(match self.kind {
            FileKind::Csv => {
                let delimiter = delimiter(&parameters.text_or("delimiter", ",")?)?;
                Plan::Csv(Layout { delimiter, header: header()? }, encoding()?)
            }
            FileKind::Json => Plan::Json(encoding()?),
            FileKind::Xlsx => Plan::Xlsx(parameters.text("sheet")?.filter(|name| !name.is_empty()), header()?),
            FileKind::Text | FileKind::Html => Plan::Text(parameters.text_or("field", "text")?, encoding()?),
        })
    }

    async fn page(&self, parameters: &Parameters<'_>, item: &Item) -> Result<Item, StepFailure> {
        let fields = Field::all(parameters)?;
        let page = match parameters.text("source")?.filter(|source| !source.is_empty()) {
            Some(source) => source,
            None => {
                let encoding = parameters.choice("encoding", ENCODINGS)?.flatten();
                decode(&self.bytes(parameters, item).await?, encoding)?
            }
        };
        let fields = blocking(move || read_fields(&page, &fields)).await?;
        Ok(Item::from(fields))
    }
}

impl Executor for Extract {
    fn effect(&self, _: &Config) -> Effect {
        Effect::Pure
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(each_item(step, self))
    }
}

impl EachItem for Extract {
    fn work<'w>(&'w self, Turn { step, parameters, item, place }: Turn<'w>) -> BoxFuture<'w, Settled<()>> {
        Box::pin(async move {
            if self.kind == FileKind::Html {
                return match self.page(parameters, item).await {
                    Ok(found) => step.put(0, found, &[place]).map(Ok),
                    Err(failure) => Ok(Err(failure)),
                };
            }
            let plan = match self.plan(parameters) {
                Ok(plan) => plan,
                Err(failure) => return Ok(Err(failure)),
            };
            match self.bytes(parameters, item).await {
                Ok(bytes) => {
                    put_while_reading(step, place, move |out| plan.read(&bytes, &mut |row| out.put(row.into()))).await
                }
                Err(failure) => Ok(Err(failure)),
            }
        })
    }
}

impl Plan {
    fn read(&self, bytes: &[u8], row: &mut dyn FnMut(Config) -> Result<(), StepFailure>) -> Result<(), StepFailure> {
        match self {
            Self::Csv(layout, encoding) => read_rows(&decode(bytes, *encoding)?, *layout, row),
            Self::Json(encoding) => json::read_json(&decode(bytes, *encoding)?, row),
            Self::Xlsx(sheet, header) => xlsx::read_sheet(bytes, sheet.as_deref(), *header, row),
            Self::Text(field, encoding) => {
                row(Config::from_iter([(field.clone(), Value::String(decode(bytes, *encoding)?))]))
            }
        }
    }
}
