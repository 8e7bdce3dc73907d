//! Runs as the application has them.
mod queue;
