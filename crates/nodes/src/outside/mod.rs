//! Nodes that reach files, databases, mail and models.

use crate::Family;

/// Executors of this family.
pub const FAMILY: Family = &[];
