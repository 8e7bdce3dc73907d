//! The workflow while it is being changed. Nothing here reads language.

pub(crate) mod draft;
pub(crate) mod refer;
pub(crate) mod whole;
