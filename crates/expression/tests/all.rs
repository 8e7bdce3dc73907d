//! Expressions and code, evaluated by the crate with real worker processes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

mod check;
mod code;
mod data;
mod escape;
mod hostile;
mod input;
mod missing;
mod names;
mod obstacles;
mod paths;
mod runaway;
mod script;
mod text;
mod times;
