//! Nodes that call any service over HTTP.

use crate::Family;

/// Executors of this family.
pub const FAMILY: Family = &[];
