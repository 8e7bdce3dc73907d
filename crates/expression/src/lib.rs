//! Expressions and code of workflows: [`Expressions`] is the implementation of `bridge_domain::Evaluate`.
//!
//! Three tiers. Literals and paths (`$json.a.b`, `$('Name').item.json.x`) are evaluated here, in Rust. Everything else is
//! JavaScript and runs in a separate, restricted process ([`worker_main`]), all expressions of all items of a batch in one
//! job. Nothing here opens a file or a connection, and nothing is evaluated in order to be checked
//! (docs/decisions/0007-javascript-in-a-worker.md; the language is described in docs/expressions.md).

mod absent;
mod answers;
mod aside;
mod check;
mod code;
mod evaluate;
mod fault;
mod lookup;
mod missing;
mod names;
mod parameters;
mod path;
mod plan;
mod plans;
mod scan;
mod template;
mod value;
mod values;
mod worker;

pub use evaluate::{Expressions, Limits};
pub use names::{references, references_in_code, rename, rename_in_code};
pub use worker::{Restriction, WorkerCommand, restrict_process, worker_main};

/// First argument of a program that is to be a worker instead: see [`worker_main`].
pub const WORKER_ARGUMENT: &str = "javascript-worker";
