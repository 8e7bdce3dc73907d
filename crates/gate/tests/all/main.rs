//! The gate against real sockets on loopback. One module per rule.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod addresses;
mod bodies;
mod credentials;
mod proxy;
mod redirects;
mod sockets;
mod support;
