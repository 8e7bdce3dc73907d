//! Nodes that reach files, databases, mail and models, against real files and real servers on this machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, missing_docs)]

mod convert;
mod extract;
mod files;
mod mail;
mod mail_server;
mod models;
mod postgres;
mod postgres_server;
mod servers;
mod sign_in;
mod sqlite;
mod stage;
mod tables;
