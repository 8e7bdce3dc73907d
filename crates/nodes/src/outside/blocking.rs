//! Work that keeps a thread busy: files, parsers and other libraries that do not wait.

use std::panic::resume_unwind;

use bridge_domain::{Item, ItemRef, Step, StepFailure};
use futures_util::FutureExt;
use tokio::sync::mpsc;

use crate::per_item::Settled;

/// Items that travel together to the step.
const CHUNK: usize = 256;
/// Chunks on their way: a reader waits when the step has so many before it.
const CHUNKS: usize = 4;

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
}

impl Out {
    /// Passes an item on.
    ///
    /// # Errors
    /// When nobody waits for it any more: pass it on with `?`.
    pub fn put(&mut self, item: Item) -> Result<(), StepFailure> {
        self.chunk.push(item);
        if self.chunk.len() == CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), StepFailure> {
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.is_empty() { Ok(()) } else { self.sender.blocking_send(chunk).map_err(|_| gone()) }
    }
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
        let mut out = Out { sender, chunk: Vec::new() };
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
