//! Expressions and code of workflows: paths in Rust, everything else in a restricted worker process.
