//! The one gate for everything that leaves this machine.

/// The gate.
#[derive(Debug, Clone)]
pub struct Gate;
