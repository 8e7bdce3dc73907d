//! The connectors' manifests: one file each, one entry each in the list below.
//!
//! Manifests are data. The palette, the forms, validation and the assistant's knowledge all come from them. Nothing
//! here calls a service or does any other I/O.

mod aggregate;
mod airtable;
mod code;
mod comparison;
mod convert_to_file;
mod crypto;
mod data_table;
mod date_time;
mod email;
mod error;
mod extract_from_file;
mod file;
mod filter;
mod form;
mod github;
mod google_sheets;
mod http;
mod if_;
mod limit;
mod llm;
mod loop_;
mod manifest;
mod manual;
mod merge;
mod no_op;
mod parameter;
mod postgres;
mod remove_duplicates;
mod respond;
mod row_condition;
mod rss;
mod schedule;
mod set;
mod slack;
mod sort;
mod split_out;
mod sqlite;
mod stop_and_error;
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
    form::connector,
    error::connector,
    if_::connector,
    switch::connector,
    filter::connector,
    merge::connector,
    loop_::connector,
    wait::connector,
    subworkflow::connector,
    respond::connector,
    no_op::connector,
    stop_and_error::connector,
    set::connector,
    code::connector,
    split_out::connector,
    aggregate::connector,
    sort::connector,
    limit::connector,
    remove_duplicates::connector,
    date_time::connector,
    crypto::connector,
    http::connector,
    rss::connector,
    github::connector,
    google_sheets::connector,
    airtable::connector,
    slack::connector,
    telegram::connector,
    email::connector,
    llm::connector,
    file::connector,
    extract_from_file::connector,
    convert_to_file::connector,
    sqlite::connector,
    postgres::connector,
    data_table::connector,
];

/// All connectors, in palette order.
#[must_use]
pub fn catalog() -> Arc<Catalog> {
    Arc::new(Catalog::new(CONNECTORS.iter().map(|connector| connector()).collect()))
}
