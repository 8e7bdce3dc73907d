//! Airtable.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Airtable connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("airtable", "Airtable", "Reads and writes records of an Airtable base.")
        .shown_in(Category::Actions, "IconDatabase")
        .synonyms(&["airtable", "base", "database", "records", "table", "crm"])
        .credential(CredentialKind::Bearer)
        .action(
            Action::new("create_record", "Create a record", "Adds a record to a table.")
                .synonyms(&["add record", "new record", "insert record", "save to airtable"])
                .parameters([base(), table(), fields()])
                .puts_out(&[("id", "string"), ("fields", "object")])
                .risks(&[Risk::Sends]),
        )
        .action(
            Action::new("list_records", "List records", "Reads records of a table, one item each.")
                .synonyms(&["get records", "read records", "search records", "find records", "fetch records"])
                .parameters([
                    base(),
                    table(),
                    Parameter::text("filter", "Filter", "Airtable formula; all records when left out."),
                    Parameter::integer("limit", "Limit", "Records at most.", 1..=100_000).default(100),
                ])
                .puts_out(&[("id", "string"), ("fields", "object")]),
        )
        .action(
            Action::new("update_record", "Update a record", "Changes fields of a record.")
                .synonyms(&["change record", "edit record", "modify record"])
                .parameters([
                    base(),
                    table(),
                    Parameter::text("record_id", "Record", "Identifier of the record.")
                        .required()
                        .default("={{ $json.id }}")
                        .format("expression"),
                    fields(),
                ])
                .puts_out(&[("id", "string"), ("fields", "object")])
                .risks(&[Risk::Sends]),
        )
        .manifest()
}

fn base() -> Parameter {
    Parameter::text("base_id", "Base", "Identifier of the base, starting with `app`.").required().with("minLength", 1)
}

fn table() -> Parameter {
    Parameter::text("table", "Table", "Name or identifier of the table.").required().with("minLength", 1)
}

fn fields() -> Parameter {
    Parameter::map(
        "fields",
        "Fields",
        "Field names and values; every field of the item when left empty.",
        &["string", "number", "boolean", "array", "object", "null"],
    )
    .required()
    .default(json!({}))
}
