//! Proof of the engine: graphs as data, faults, and properties of random graphs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod all {
    mod again;
    mod cost;
    mod errors;
    mod faults;
    mod flow;
    pub(crate) mod graphs;
    pub(crate) mod journals;
    mod look_back;
    mod loops;
    mod plans;
    mod properties;
    mod resume;
    mod scopes;
    pub(crate) mod trouble;
    pub(crate) mod world;
}
