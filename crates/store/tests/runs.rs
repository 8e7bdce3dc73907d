//! The journal on a real file, and what a person sees of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "fixture/child.rs"]
mod child;
mod fixture;
#[path = "fixture/run.rs"]
mod run;

#[path = "runs/history.rs"]
mod history;
#[path = "runs/journal.rs"]
mod journal;
#[path = "runs/kill.rs"]
mod kill;
#[path = "runs/room.rs"]
mod room;
