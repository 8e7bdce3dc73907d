//! A step for tests: it takes items and a configuration, and keeps what a node puts out, so that a node is tested
//! without the engine. Not part of the product.

mod evaluate;
mod step;

pub use step::{Put, TestStep, item, items};
