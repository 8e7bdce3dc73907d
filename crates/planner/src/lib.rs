//! The built-in assistant: rules in place of a model. Deterministic, offline, without a key.
//!
//! A request goes from words ([`read`]) to clauses and steps ([`step`]), to changes of a draft of the workflow ([`plan`],
//! [`graph`]), to an answer; questions are answered in [`tell`]. What connectors are called and can do comes from the
//! catalogue alone. What to do about a failed run is worked out in [`mend`]. Nothing here does I/O, and nothing in a workflow or an error text is read as a request.

mod answer;
mod followup;
mod graph;
mod interpret;
mod mend;
mod plan;
mod planner;
mod read;
mod step;
mod tell;

pub use planner::{MODEL, Planner};
