//! The HTTP request node, feeds and services, against real servers on this machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod again;
mod answers;
mod credentials;
mod failures;
mod feeds;
mod manifests;
mod pages;
mod requests;
mod server;
mod services;
mod sheets;
mod stage;
