//! What workflows keep beside their runs: triggers, credentials, data tables, variables, contents of files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;
#[path = "fixture/run.rs"]
mod run;

#[path = "kept/blobs.rs"]
mod blobs;
#[path = "kept/credentials.rs"]
mod credentials;
#[path = "kept/drafts.rs"]
mod drafts;
#[path = "kept/tables.rs"]
mod tables;
#[path = "kept/triggers.rs"]
mod triggers;
#[path = "kept/variables.rs"]
mod variables;
