//! Credentials with a real store, a real gate and, where it matters, a real keyring.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod keeping;
#[cfg(target_os = "linux")]
mod keyring;
mod oauth;
#[cfg(target_os = "linux")]
#[path = "../../../keychain/tests/support/private_bus.rs"]
mod private_bus;
mod sealing;
mod support;
mod testing;
mod validation;
