//! From clauses to steps: which action a clause means, and with which configuration.

pub(crate) mod choose;
pub(crate) mod fill;
pub(crate) mod heads;
pub(crate) mod pairs;
pub(crate) mod segments;
mod shaped;
