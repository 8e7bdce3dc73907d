//! Nodes that call one particular service.

use crate::Family;

/// Executors of this family.
pub const FAMILY: Family = &[];
