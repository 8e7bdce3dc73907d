//! Runs as the application has them: started by hand, by a trigger or by a script, watched, repeated, kept.
//!
//! [`Runner`] puts the engine, the store, the nodes and the triggers together. Nothing here knows the window; who wants to
//! be told of changes hands in a function.

mod activate;
mod alarm;
mod called;
mod check;
mod choose;
mod clock;
mod data;
mod discard;
mod follow;
mod index;
mod input;
mod lacking;
mod launch;
mod model_access;
mod past;
mod queue;
mod receive;
mod runner;
mod serve;

pub use bridge_engine::Running;
pub use bridge_nodes::credential_testers;
pub use runner::{Change, Changed, Parts, Runner};
