//! Nodes that work on what arrives: they decide where items go and change them. Nothing here reaches outside.

use crate::Family;

/// Executors of this family.
pub const FAMILY: Family = &[];
