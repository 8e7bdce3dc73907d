//! SQLite: the only crate that knows SQL.
//!
//! A [`Store`] is one data folder: the database, its lock and its backups. Everything a caller reads and writes are
//! domain types and domain errors; no SQL, no row and no connection leaves this crate. It decides nothing about
//! workflows: what an edit does is the caller's closure, run inside the transaction that stores its result.
//!
//! Durability: a method that returns `Ok` after a write has been synced to the disk (WAL with `synchronous = FULL`).

mod backup;
mod commit;
mod connection;
mod damage;
mod decisions;
mod error;
#[cfg(test)]
mod faults;
mod folder;
mod hash;
mod health;
mod messages;
mod open;
mod payloads;
mod salvage;
mod schema;
mod threads;
mod turns;
mod undo;
mod versions;
mod workflows;

pub use commit::Committed;
pub use decisions::{DecisionStored, Verdict};
pub use open::Opened;
pub use threads::Page;
pub use turns::Begun;

use std::sync::Arc;

/// One data folder, open. Clones share it; the last one to go gives up the lock.
#[derive(Clone, Debug)]
pub struct Store {
    database: Arc<connection::Database>,
}

impl Store {
    /// Whether the folder was opened for reading only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.database.is_read_only()
    }

    /// Closes all connections and gives up the folder, so that nothing is left to a later moment. Everything after it is refused as
    /// [`bridge_domain::ErrorCode::StoreUnavailable`].
    pub async fn close(&self) {
        self.database.close().await;
    }
}
