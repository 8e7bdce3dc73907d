//! From requests to changes of the draft.

mod begin;
pub(crate) mod build;
pub(crate) mod conditions;
pub(crate) mod edit;
mod flow;
pub(crate) mod label;
pub(crate) mod notes;
pub(crate) mod place;
pub(crate) mod request;
pub(crate) mod service;
pub(crate) mod settings;
pub(crate) mod start;
mod wiring;
