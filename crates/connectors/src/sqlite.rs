//! SQLite database files.

use bridge_domain::{ConnectorManifest, Risk};
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The SQLite connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("sqlite", "SQLite", "Asks a SQLite database file on this computer.")
        .shown_in(Category::Files, "IconDatabase")
        .synonyms(&["sqlite", "database file", "sql", "local database"])
        .action(
            Action::new("execute_query", "Run a query", "Runs one SQL statement for each item and gives its rows.")
                .synonyms(&["sqlite query", "run sql", "query database file"])
                .parameters([
                    Parameter::text("path", "Path", "Path of the database file, within a folder this workflow was given.")
                        .required()
                        .format("path")
                        .with("minLength", 1),
                    Parameter::text(
                        "query",
                        "Query",
                        "One SQL statement. Write `?1`, `?2` … for values and give them as query parameters; an expression \
                         in the text itself becomes SQL, whatever it holds.",
                    )
                    .required()
                    .format("code")
                    .with("minLength", 1),
                    Parameter::value(
                        "query_parameters",
                        "Query parameters",
                        "Values for `?1`, `?2` … in order, such as `={{ [$json.id, $json.name] }}`.",
                        &["array", "string"],
                    )
                    .default(json!([])),
                    Parameter::boolean(
                        "write",
                        "Change the file",
                        "Whether the statement may change the file; its folder must be granted for writing, then.",
                    )
                    .default(false),
                    Parameter::integer("timeout_seconds", "Timeout", "Seconds a statement may take.", 1..=3600)
                        .default(30),
                ])
                .risks(&[Risk::Files]),
        )
        .manifest()
}
