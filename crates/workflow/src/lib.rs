//! Actions on a definition: the one place that validates and applies them, whoever they come from.
//!
//! Everything here is a function of its arguments: no file, no socket, no clock; only [`identify`] draws random
//! identifiers. Nothing here runs a workflow or evaluates an expression.

mod apply;
mod batch;
mod canvas;
mod check;
mod columns;
mod config;
mod cycle;
mod describe;
mod difference;
mod format;
mod generate;
mod graph;
mod hosts;
mod identify;
mod layout;
mod ledger;
mod limits;
mod lookalike;
mod path;
mod propose;
mod risk;
mod rules;
mod runnable;
mod secret;
mod settings;
mod summary;
mod visible;

pub use apply::{Mode, Rest, apply, apply_part};
pub use difference::{Difference, difference};
pub use identify::identify;
pub use limits::{MAX_CONFIG_BYTES, MAX_COORDINATE, MAX_DEPTH, MAX_EDGES, MAX_ID_BYTES, MAX_LABEL_BYTES, MAX_NODES};
pub use propose::{closure, propose};
pub use rules::Rules;
pub use runnable::runnable;
pub use secret::holds_secret;
pub use summary::summary;
pub use visible::{hides_something, visible};
