//! Work that keeps a thread busy: files, parsers and other libraries that do not wait.

use std::panic::resume_unwind;

use bridge_domain::{Item, ItemRef, Step, StepFailure};
use futures_util::FutureExt;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::per_item::Settled;

/// Items that travel together to the step.
const CHUNK: usize = 256;
/// Room that they take together, roughly, in bytes; a larger item travels alone.
const CHUNK_ROOM: usize = 1 << 20;
/// Chunks on their way: a reader waits when the step has so many before it. One item may be as large as a file.
const CHUNKS: usize = 1;

/// Runs work in a thread for such work, and waits for it.
///
/// # Errors
/// Those of the work.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StepFailure> + Send + 'static,
) -> Result<T, StepFailure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(gone()),
        },
    }
}

/// Where a reader in its own thread puts items, so that never all of them are in memory.
pub struct Out {
    sender: mpsc::Sender<Vec<Item>>,
    chunk: Vec<Item>,
    /// What the chunk takes.
    room: usize,
}

impl Out {
    /// Passes an item on.
    ///
    /// # Errors
    /// When nobody waits for it any more: pass it on with `?`.
    pub fn put(&mut self, item: Item) -> Result<(), StepFailure> {
        self.room += item.json.iter().map(|(name, value)| name.len() + room(value)).sum::<usize>();
        self.chunk.push(item);
        if self.chunk.len() == CHUNK || self.room >= CHUNK_ROOM { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), StepFailure> {
        self.room = 0;
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.is_empty() { Ok(()) } else { self.sender.blocking_send(chunk).map_err(|_| gone()) }
    }
}

/// The room that a value takes, roughly.
fn room(value: &Value) -> usize {
    let held: usize = match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(room).sum(),
        Value::Object(object) => object.iter().map(|(name, value)| name.len() + room(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    size_of::<Value>() + held
}

/// Runs a reader in its own thread, and puts out what it gives while it reads.
///
/// # Errors
/// Those of the step, such as a cap on its output; the reader's own failure is inside.
pub async fn put_while_reading(
    step: &mut dyn Step,
    place: ItemRef,
    read: impl FnOnce(&mut Out) -> Result<(), StepFailure> + Send + 'static,
) -> Settled<()> {
    let (sender, mut receiver) = mpsc::channel(CHUNKS);
    let reader = blocking(move || {
        let mut out = Out { sender, chunk: Vec::new(), room: 0 };
        let result = read(&mut out);
        out.flush()?;
        result
    });
    let mut reader = std::pin::pin!(reader.fuse());
    let mut result = None;
    loop {
        tokio::select! {
            chunk = receiver.recv() => match chunk {
                Some(chunk) => chunk.into_iter().try_for_each(|item| step.put(0, item, &[place]))?,
                None => break,
            },
            ended = &mut reader, if result.is_none() => result = Some(ended),
        }
    }
    match result {
        Some(result) => Ok(result),
        None => Ok(reader.await),
    }
}

fn gone() -> StepFailure {
    bridge_domain::Error::new(bridge_domain::ErrorCode::Canceled, "The work was stopped.", "").into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use bridge_domain::Config;
    use serde_json::json;

    use super::*;

    /// Items in the first chunk when all of them are like this one.
    fn together(value: Value) -> usize {
        let (sender, mut receiver) = mpsc::channel(1_000);
        let mut out = Out { sender, chunk: Vec::new(), room: 0 };
        for _ in 0..300 {
            out.put(Config::from_iter([("a".to_owned(), value.clone())]).into()).unwrap();
        }
        out.flush().unwrap();
        receiver.blocking_recv().unwrap().len()
    }

    #[test]
    fn x6_large_rows_do_not_wait_for_each_other() {
        assert_eq!(together(json!("small")), CHUNK);
        assert_eq!(together(json!("x".repeat(2 << 20))), 1);
        assert_eq!(together(json!([vec![Value::Null; 20_000]])), 1);
        assert!(together(json!({ "b": vec![0; 2_000] })) < 10);
    }
}
