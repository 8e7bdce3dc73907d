//! The assistant: one turn from the user's message to the answer that is kept, and what becomes of its proposals.
//!
//! [`Assistant`] is what the rest of the application calls. Reading an answer, building a prompt, redacting and holding
//! a proposal against a workflow are pure modules of their own. Nothing here knows a wire format, SQL or the window, and
//! nothing here changes a workflow without the user's approval.

pub mod answer;
mod ask;
mod assistant;
pub mod budget;
pub mod catalogue;
pub mod context;
pub mod decode;
mod draft;
mod edit;
mod encodings;
mod end;
pub mod guard;
pub mod history;
mod live;
mod node_settings;
mod patterns;
mod payload;
pub mod prompt;
mod proposal;
pub mod reader;
pub mod redact;
pub mod repair;
pub mod review;
pub mod run;
pub mod schema;
mod stale;
mod turn;
mod unescape;

pub use ask::{Ask, MAX_MESSAGE, check, run_in_question};
pub use assistant::{Assistant, Running};
pub use edit::change;
pub use run::RunReport;
