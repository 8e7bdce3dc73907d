//! SQLite: the only crate that knows SQL.
//!
//! A [`Store`] is one data folder: the database, its lock and its backups. Everything a caller reads and writes are
//! domain types and domain errors; no SQL, no row and no connection leaves this crate. It decides nothing about
//! workflows: what an edit does is the caller's closure, run inside the transaction that stores its result.
//!
//! Durability: a method that returns `Ok` after a write has been synced to the disk (WAL with `synchronous = FULL`).

mod backup;
mod batch;
mod blobs;
mod cells;
mod commit;
mod conditions;
mod connection;
mod credentials;
mod damage;
mod decisions;
mod drafts;
mod drive;
mod encoding;
mod error;
#[cfg(test)]
mod faults;
mod folder;
mod growth;
mod hash;
mod health;
mod history;
mod journal;
mod lines;
mod messages;
mod open;
mod pages;
mod parts;
mod payloads;
mod pins;
pub mod private;
mod programs;
mod progress;
mod pruning;
mod records;
mod room;
mod rows;
mod runs;
mod salvage;
mod schema;
mod steps;
mod tables;
mod threads;
mod triggers;
mod turns;
mod undo;
mod upkeep;
mod variables;
mod versions;
mod workflows;

pub use backup::Backup;
pub use blobs::MAX_BLOB_BYTES;
pub use commit::Committed;
pub use credentials::SealedCredential;
pub use decisions::{DecisionStored, Verdict};
pub use open::Opened;
pub use pruning::Pruned;
pub use threads::Page;
pub use triggers::{Firing, ScheduledTime, TriggerAddress};
pub use turns::Begun;

use std::{path::PathBuf, sync::Arc};

/// One data folder, open. Clones share it; the last one to go gives up the lock.
#[derive(Clone, Debug)]
pub struct Store {
    database: Arc<connection::Database>,
    journal: journal::Queue,
    /// Runs whose pages are asked for next.
    recent: parts::Recent,
    upkeep: upkeep::Upkeep,
    /// The folder of contents of files.
    blobs: PathBuf,
}

impl Store {
    fn over(database: connection::Database, folder: &folder::Folder) -> Self {
        let database = Arc::new(database);
        let journal = journal::Queue::start(Arc::clone(&database));
        Self {
            database,
            journal,
            recent: parts::Recent::default(),
            upkeep: upkeep::Upkeep::none(),
            blobs: folder.blobs(),
        }
    }

    /// Whether the folder was opened for reading only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.database.is_read_only()
    }

    /// Grows with every change of what programs and triggers consist of: definitions, names, grants, pins, variables,
    /// activation. What was read while it stays the same is still true.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.database.generation()
    }

    /// [`Self::generation`], to wait for its changes.
    #[must_use]
    pub fn generations(&self) -> tokio::sync::watch::Receiver<u64> {
        self.database.generations()
    }

    /// Closes all connections and gives up the folder, so that nothing is left to a later moment. Everything after it is refused as
    /// [`bridge_domain::ErrorCode::StoreUnavailable`].
    pub async fn close(&self) {
        self.journal.close().await;
        self.upkeep.stop().await;
        self.database.close().await;
    }
}
