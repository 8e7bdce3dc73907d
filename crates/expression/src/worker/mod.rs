//! JavaScript in a process of its own: what the application and the worker say (`protocol`), the worker's side (`main`,
//! `prelude`, `interpreter`, `restrict`) and the application's side (`process`, `pool`).

mod interpreter;
mod main;
mod pool;
mod prelude;
mod process;
pub(crate) mod protocol;
mod restrict;

pub use main::worker_main;
pub(crate) use pool::Pool;
pub use process::WorkerCommand;
pub(crate) use process::{Answers, NoAnswers, WorkerError, answer_message, refusal};
pub use restrict::{Restriction, restrict_process};
