//! PostgreSQL.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;
use crate::row_condition::conditions;

/// What a value of a row may be.
const VALUES: &[&str] = &["string", "number", "boolean", "array", "object", "null"];

/// The PostgreSQL connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("postgres", "PostgreSQL", "Reads and changes rows of a PostgreSQL database.")
        .shown_in(Category::Actions, "IconDatabase")
        .synonyms(&["postgres", "postgresql", "database", "sql", "table", "rows", "supabase", "timescale"])
        .credential(CredentialKind::Database)
        .action(
            Action::new("execute_query", "Run a query", "Runs one SQL statement for each item and gives its rows.")
                .synonyms(&["sql query", "run sql", "execute sql", "query database"])
                .parameters([
                    Parameter::text(
                        "query",
                        "Query",
                        "One SQL statement. Write `$1`, `$2` … for values and give them as query parameters; an expression \
                         in the text itself becomes SQL, whatever it holds.",
                    )
                    .required()
                    .format("code")
                    .with("minLength", 1),
                    Parameter::value(
                        "query_parameters",
                        "Query parameters",
                        "Values for `$1`, `$2` … in order, such as `={{ [$json.id, $json.name] }}`.",
                        &["array", "string"],
                    )
                    .default(json!([])),
                    timeout(),
                ])
                .risks(&[Risk::Sends]),
        )
        .action(
            Action::new("insert_rows", "Insert rows", "Adds a row to a table for each item.")
                .synonyms(&["insert row", "add row", "save to database", "insert into"])
                .parameters([schema(), table(), values(), timeout()])
                .risks(&[Risk::Sends]),
        )
        .action(
            Action::new("select_rows", "Select rows", "Reads rows of a table that meet all conditions.")
                .synonyms(&["get rows", "read rows", "find rows", "select from"])
                .parameters([
                    schema(),
                    table(),
                    conditions(0),
                    Parameter::text("sort_by", "Sort by", "Column to sort by; in no particular order when left out."),
                    Parameter::choice("order", "Order", "Direction of sorting.", &["ascending", "descending"])
                        .default("ascending"),
                    Parameter::integer("limit", "Limit", "Rows at most.", 1..=100_000).default(100),
                    timeout(),
                ]),
        )
        .action(
            Action::new("update_rows", "Update rows", "Changes rows of a table that meet all conditions.")
                .synonyms(&["change row", "update row", "edit row"])
                .parameters([schema(), table(), conditions(1), values(), timeout()])
                .risks(&[Risk::Sends]),
        )
        .action(
            Action::new("delete_rows", "Delete rows", "Deletes rows of a table that meet all conditions.")
                .synonyms(&["remove rows", "delete row", "delete from"])
                .parameters([schema(), table(), conditions(1), timeout()])
                .puts_out(&[("deleted", "integer")])
                .risks(&[Risk::Sends, Risk::Deletion]),
        )
        .manifest()
}

fn schema() -> Parameter {
    Parameter::text("schema", "Schema", "Schema the table is in.").default("public").with("minLength", 1)
}

fn table() -> Parameter {
    Parameter::text("table", "Table", "Name of the table.").required().with("minLength", 1)
}

fn values() -> Parameter {
    Parameter::map("values", "Values", "Column names and values; every field of the item when left empty.", VALUES)
        .required()
        .default(json!({}))
}

fn timeout() -> Parameter {
    Parameter::integer("timeout_seconds", "Timeout", "Seconds a statement may take.", 1..=3600).default(30)
}
