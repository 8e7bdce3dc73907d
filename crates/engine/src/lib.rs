//! Runs workflows: a definition becomes a plan, a plan becomes steps, and the journal keeps what happened.
//!
//! Nothing here knows SQL, HTTP, Tauri or an interpreter: they are ports of `bridge_domain`. The middle is pure: `plan` and
//! `schedule` turn values into values. `drive` is the flow of one run and `perform` that of one step; `replay` is what makes
//! the same journal give the same run.

mod call;
mod clock;
mod context;
pub mod contract;
mod deadline;
mod drive;
mod engine;
mod failure;
mod follow;
mod history;
mod key;
mod late;
mod launch;
mod log;
mod look_back;
mod loops;
pub mod memory;
mod page;
mod perform;
mod plan;
mod replay;
mod retry;
mod reuse;
mod running;
mod schedule;
mod scope;
mod step;
mod watch;

pub use call::entrance;
pub use clock::{Clock, SystemClock, next_sleep};
pub use engine::{Engine, Ports, Start};
pub use look_back::LookBack;
pub use plan::{ERROR_PORT, Extent, MAX_NESTING, Plan, plan};
pub use running::Running;
pub use schedule::{Arrivals, Late, PageRef, Ready, Scheduler, Work};
