//! Pages: made from items, cut without being parsed, and held in memory as long as there is room.

mod split;
mod store;
mod writer;

pub(crate) use split::{join_ranges, split};
pub(crate) use store::Pages;
pub(crate) use writer::{Budget, Writer};
