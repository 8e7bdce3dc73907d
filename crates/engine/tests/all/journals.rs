//! A journal that counts what it is given and says that it is durable only when the test lets it.

use std::sync::{Arc, Mutex};

use bridge_domain::*;
use bridge_engine::memory::MemoryJournal;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::world::World;

/// What the disk does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    Works,
    Hangs,
    Fails,
}

pub struct WatchedJournal {
    pub memory: Arc<MemoryJournal>,
    /// The run and the number of entries of each call.
    pub appends: Mutex<Vec<(RunId, usize)>>,
    disk: watch::Sender<Disk>,
}

impl WatchedJournal {
    /// A world on such a journal.
    pub fn world(memory: Arc<MemoryJournal>, of: Option<&World>) -> (Arc<Self>, World) {
        let disk = watch::Sender::new(Disk::Works);
        let journal = Arc::new(Self { memory: Arc::clone(&memory), appends: Mutex::default(), disk });
        let library = of.map(|world| Arc::clone(&world.library)).unwrap_or_default();
        let limits = of.map(|world| world.limits).unwrap_or_default();
        (Arc::clone(&journal), World::on(journal, memory, library, limits))
    }

    pub fn set(&self, disk: Disk) {
        self.disk.send_replace(disk);
    }

    /// The runs that something was appended to, each once, oldest first.
    pub fn runs(&self) -> Vec<RunId> {
        let mut runs: Vec<RunId> = self.appends.lock().unwrap().iter().map(|(run, _)| *run).collect();
        runs.sort_unstable();
        runs.dedup();
        runs
    }
}

impl Journal for WatchedJournal {
    fn append(&self, run: RunId, entries: Vec<Entry>) -> BoxFuture<'static, Result<()>> {
        self.appends.lock().unwrap().push((run, entries.len()));
        let kept = self.memory.append(run, entries);
        let mut disk = self.disk.subscribe();
        Box::pin(async move {
            kept.await?;
            let disk = *disk.wait_for(|disk| *disk != Disk::Hangs).await.unwrap();
            if disk == Disk::Fails {
                return Err(Error::new(ErrorCode::DiskFull, "The disk is full.", ""));
            }
            Ok(())
        })
    }

    fn recorded(&self, workflow: WorkflowId, key: StepKey) -> BoxFuture<'_, Result<Option<StepRecord>>> {
        self.memory.recorded(workflow, key)
    }

    fn load(&self, run: RunId) -> BoxFuture<'_, Result<RunLog>> {
        self.memory.load(run)
    }

    fn page(&self, hash: PageHash) -> BoxFuture<'_, Result<Arc<str>>> {
        self.memory.page(hash)
    }

    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<RunId>>> {
        self.memory.unfinished()
    }
}
