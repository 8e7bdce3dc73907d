//! Providers that misbehave, over real HTTP on loopback. One module per kind of fault.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod connections;
mod cuts_and_stalls;
mod redirects;
mod requests;
mod retries;
mod sizes;
mod statuses;
