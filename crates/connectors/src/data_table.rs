//! Tables of values that workflows share.

use bridge_domain::{ConnectorManifest, Risk};
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;
use crate::row_condition::conditions;

/// The data table connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("data_table", "Data table", "Keeps rows of values in this application, for all workflows.")
        .shown_in(Category::Data, "IconTable")
        .synonyms(&["data table", "table", "rows", "remember", "state", "key value", "database", "store values"])
        .action(
            Action::new("insert_rows", "Insert rows", "Adds a row for each item.")
                .synonyms(&["add row", "insert row", "remember value"])
                .parameters([table(), values()])
                .puts_out(ROW),
        )
        .action(
            Action::new("get_rows", "Get rows", "Reads rows that meet all conditions.")
                .synonyms(&["read rows", "find rows", "look up"])
                .parameters([
                    table(),
                    conditions(0),
                    Parameter::integer("limit", "Limit", "Rows at most.", 1..=100_000).default(100),
                ])
                .puts_out(ROW),
        )
        .action(
            Action::new("update_rows", "Update rows", "Changes rows that meet all conditions.")
                .synonyms(&["change row", "update row", "edit row"])
                .parameters([table(), conditions(1), values()])
                .puts_out(ROW),
        )
        .action(
            Action::new("upsert_rows", "Update or insert rows", "Changes rows that meet all conditions, or adds one.")
                .synonyms(&["upsert", "insert or update", "set value"])
                .parameters([table(), conditions(1), values()])
                .puts_out(ROW),
        )
        .action(
            Action::new("delete_rows", "Delete rows", "Deletes rows that meet all conditions.")
                .synonyms(&["remove rows", "delete row", "forget value"])
                .parameters([table(), conditions(1)])
                .puts_out(&[("deleted", "integer")])
                .risks(&[Risk::Deletion]),
        )
        .manifest()
}

/// What every row has.
const ROW: &[(&str, &str)] = &[("id", "integer"), ("created_at", "string"), ("updated_at", "string")];

fn table() -> Parameter {
    Parameter::text("table", "Table", "Name or identifier of the data table.").required().with("minLength", 1)
}

fn values() -> Parameter {
    Parameter::map(
        "values",
        "Values",
        "Column names and values; every field of the item when left empty.",
        &["string", "number", "boolean", "null"],
    )
    .required()
    .default(json!({}))
}
