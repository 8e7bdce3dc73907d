//! The connectors' manifests: one file each, one entry each in the list below.
//!
//! Manifests are data. The palette, the forms, validation and the assistant's knowledge all come from them. Nothing
//! here calls a service or does any other I/O.

mod aggregate;
mod airtable;
mod code;
mod comparison;
mod email;
mod file;
mod filter;
mod google_sheets;
mod http;
mod if_;
mod llm;
mod loop_;
mod manifest;
mod manual;
mod merge;
mod parameter;
mod respond;
mod schedule;
mod set;
mod slack;
mod subworkflow;
mod switch;
mod telegram;
mod wait;
mod webhook;

use std::sync::Arc;

use bridge_domain::{Catalog, ConnectorManifest};

/// Every connector, in palette order. A new one is a file beside this one and a line here.
const CONNECTORS: &[fn() -> ConnectorManifest] = &[
    manual::connector,
    webhook::connector,
    schedule::connector,
    if_::connector,
    switch::connector,
    filter::connector,
    merge::connector,
    loop_::connector,
    wait::connector,
    subworkflow::connector,
    respond::connector,
    set::connector,
    code::connector,
    aggregate::connector,
    http::connector,
    google_sheets::connector,
    airtable::connector,
    slack::connector,
    telegram::connector,
    email::connector,
    llm::connector,
    file::connector,
];

/// All connectors, in palette order.
#[must_use]
pub fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::new(CONNECTORS.iter().map(|connector| connector()).collect()))
}
