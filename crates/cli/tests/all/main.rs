//! The program as a script and a server use it: real processes, a real database, real requests.
#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod blows;
mod commands;
mod control;
mod counter;
mod deciding;
mod errors;
mod exchange;
mod in_advance;
mod inside;
mod keeping;
mod kills;
mod lacking;
mod limits;
mod meeting;
mod moments;
mod retries;
mod schedules;
mod webhooks;
mod world;
