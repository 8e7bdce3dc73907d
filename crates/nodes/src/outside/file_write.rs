//! Writing files within granted folders. A file that is overwritten is replaced whole: who reads it meanwhile sees the old
//! content or the new one, and a crash leaves one of them.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use bridge_domain::{Config, Effect, Executor, Item, Outcome, Step, StepFailure};
use cap_std::fs::OpenOptions;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use super::binary::content;
use super::blocking::blocking;
use super::folder::{Place, Use};
use crate::Services;
use crate::parameters::Parameters;
use crate::per_item::{ItemWork, Puts, Task, per_item_waiting};

/// What happens to a file that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IfExists {
    Fail,
    Append,
    Overwrite,
}

const IF_EXISTS: &[(&str, IfExists)] =
    &[("fail", IfExists::Fail), ("append", IfExists::Append), ("overwrite", IfExists::Overwrite)];

/// Writes text, JSON or a file beside the item.
pub struct WriteFile {
    services: Arc<Services>,
}

impl WriteFile {
    /// The executor.
    pub fn make(services: &Arc<Services>) -> Box<dyn Executor> {
        Box::new(Self { services: Arc::clone(services) })
    }

    async fn write(&self, task: Task<'_>) -> Result<Puts, StepFailure> {
        let path = task.parameters.required_text("path")?;
        let mode = task.parameters.choice("if_exists", IF_EXISTS)?.unwrap_or(IfExists::Fail);
        let place = Place::find(task.step.grants(), &path, Use::Write)?;
        let bytes = match task.parameters.text("binary_field")?.filter(|name| !name.is_empty()) {
            Some(name) => content(&self.services, task.item, &name).await?.1,
            None => written(task.parameters, mode)?,
        };
        let size = blocking(move || write(&place, &bytes, mode)).await?;
        let json = json!({ "path": path, "size": size });
        let Value::Object(json) = json else { return Ok(Vec::new()) };
        Ok(vec![(0, Item::from(json))])
    }
}

impl Executor for WriteFile {
    fn effect(&self, config: &Config) -> Effect {
        let overwrites = config.get("if_exists").and_then(Value::as_str) == Some("overwrite");
        if overwrites { Effect::Harmless } else { Effect::Outside }
    }

    fn execute<'a>(&'a self, step: &'a mut dyn Step) -> BoxFuture<'a, Result<Outcome, StepFailure>> {
        Box::pin(per_item_waiting(step, self))
    }
}

impl ItemWork for WriteFile {
    fn work<'w>(&'w self, task: Task<'w>) -> BoxFuture<'w, Result<Puts, StepFailure>> {
        Box::pin(self.write(task))
    }
}

/// The bytes of the parameter `data`. Text is written as it is; anything else as JSON, and to an appended file as one line.
fn written(parameters: &Parameters<'_>, mode: IfExists) -> Result<Vec<u8>, StepFailure> {
    let data = parameters.required("data", Ok(parameters.value("data")))?;
    let mut text = match data {
        Value::String(text) => return Ok(text.clone().into_bytes()),
        data if mode == IfExists::Append => data.to_string(),
        data => format!("{data:#}"),
    };
    text.push('\n');
    Ok(text.into_bytes())
}

/// Writes the file; gives its size.
fn write(place: &Place, bytes: &[u8], mode: IfExists) -> Result<u64, StepFailure> {
    let written = match mode {
        IfExists::Fail => create(place, bytes),
        IfExists::Append => append(place, bytes),
        IfExists::Overwrite => replace(place, bytes),
    };
    written.map_err(|error| place.failure(&error, Use::Write))
}

fn create(place: &Place, bytes: &[u8]) -> io::Result<u64> {
    write_new(place, &place.inside, bytes)?;
    Ok(bytes.len() as u64)
}

fn append(place: &Place, bytes: &[u8]) -> io::Result<u64> {
    ordinary(place)?;
    let mut file = place.folder.open_with(&place.inside, OpenOptions::new().append(true).create(true))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

/// Writes a file beside the one that is there, and puts it in its place.
fn replace(place: &Place, bytes: &[u8]) -> io::Result<u64> {
    let permissions = ordinary(place)?;
    let beside = place.inside.with_file_name(format!(".{}.tmp", Uuid::new_v4()));
    write_new(place, &beside, bytes)?;
    let put = || {
        if let Some(permissions) = permissions {
            place.folder.set_permissions(&beside, permissions)?;
        }
        place.folder.rename(&beside, &place.folder, &place.inside)
    };
    match put() {
        Ok(()) => Ok(bytes.len() as u64),
        Err(error) => {
            // The first error is the one to report.
            let _ = place.folder.remove_file(&beside);
            Err(error)
        }
    }
}

fn write_new(place: &Place, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = place.folder.open_with(path, OpenOptions::new().write(true).create_new(true))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a file helps nobody; the first error is the one to report.
        let _ = place.folder.remove_file(path);
    }
    written
}

/// The permissions of the file that is there, if there is one. A folder, a pipe or a device is refused.
fn ordinary(place: &Place) -> io::Result<Option<cap_std::fs::Permissions>> {
    match place.folder.metadata(&place.inside) {
        Ok(there) if there.is_file() => Ok(Some(there.permissions())),
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => Err(io::Error::other("it is not an ordinary file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
