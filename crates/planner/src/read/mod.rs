//! From text to words, values and phrases. Nothing here knows the workflow.

pub(crate) mod amounts;
mod clock;
pub(crate) mod common;
pub(crate) mod comparison;
pub(crate) mod grammar;
pub(crate) mod idioms;
pub(crate) mod lexicon;
pub(crate) mod operators;
mod scan;
pub(crate) mod schedule;
pub(crate) mod spelling;
pub(crate) mod tokens;
pub(crate) mod words;
mod zone;
