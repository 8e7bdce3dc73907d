//! Runs workflows: a definition becomes a plan, a plan becomes steps, and the journal keeps what happened.
//!
//! Nothing here knows SQL, HTTP, Tauri or an interpreter: they are ports of `bridge_domain`.
