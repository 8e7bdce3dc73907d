//! From requests to changes of the draft.

mod answering;
mod availability;
mod begin;
pub(crate) mod build;
pub(crate) mod conditions;
pub(crate) mod edit;
mod flow;
pub(crate) mod label;
mod missing;
pub(crate) mod notes;
pub(crate) mod place;
mod report;
pub(crate) mod request;
mod routes;
mod running;
pub(crate) mod service;
pub(crate) mod settings;
mod source;
pub(crate) mod start;
mod wiring;
