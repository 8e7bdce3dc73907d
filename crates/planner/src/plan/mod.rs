//! From requests to changes of the draft.

pub(crate) mod build;
pub(crate) mod conditions;
pub(crate) mod edit;
pub(crate) mod label;
pub(crate) mod notes;
pub(crate) mod place;
pub(crate) mod request;
pub(crate) mod service;
pub(crate) mod settings;
pub(crate) mod start;
