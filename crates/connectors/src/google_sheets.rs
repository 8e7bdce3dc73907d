//! Google Sheets.

use bridge_domain::{ConnectorManifest, CredentialKind, Risk};
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Google Sheets connector.
pub fn connector() -> ConnectorManifest {
    Connector::new("google_sheets", "Google Sheets", "Reads and writes rows of a Google spreadsheet.")
        .shown_in(Category::Actions, "IconTable")
        .synonyms(&[
            "google sheets",
            "google sheet",
            "spreadsheet",
            "sheet",
            "sheets",
            "gsheet",
            "excel",
            "table",
            "rows",
        ])
        .credential(CredentialKind::OAuth2)
        .action(
            Action::new("append_row", "Append a row", "Adds a row at the end of a sheet.")
                .synonyms(&["add row", "insert row", "write row", "log to sheet", "save to sheet", "new row"])
                .parameters([spreadsheet(), sheet(), values()])
                .puts_out(&[("row_number", "integer")])
                .risks(&[Risk::Sends]),
        )
        .action(
            Action::new("read_rows", "Read rows", "Reads rows of a sheet, one item each, named by its first row.")
                .synonyms(&["get rows", "read sheet", "load sheet", "list rows", "fetch rows", "lookup row"])
                .parameters([
                    spreadsheet(),
                    sheet(),
                    Parameter::text(
                        "range",
                        "Range",
                        "Cells in A1 notation, such as `A1:D100`; the whole sheet when left out.",
                    ),
                    Parameter::integer("limit", "Limit", "Rows at most.", 1..=100_000).default(1000),
                ])
                .puts_out(&[("row_number", "integer")]),
        )
        .action(
            Action::new("update_row", "Update a row", "Changes the row in which a column has a given value.")
                .synonyms(&["change row", "edit row", "modify row", "set cell", "update sheet"])
                .parameters([
                    spreadsheet(),
                    sheet(),
                    Parameter::text("match_column", "Column to match", "Name of the column that identifies the row.")
                        .required()
                        .default("id"),
                    Parameter::value("match_value", "Value to match", "What that column holds.", &["string", "number"])
                        .required()
                        .default("={{ $json.id }}")
                        .format("expression"),
                    values(),
                ])
                .puts_out(&[("row_number", "integer")])
                .risks(&[Risk::Sends]),
        )
        .manifest()
}

fn spreadsheet() -> Parameter {
    Parameter::text("spreadsheet_id", "Spreadsheet", "Identifier of the spreadsheet: the long part of its address.")
        .required()
        .with("minLength", 1)
}

fn sheet() -> Parameter {
    Parameter::text("sheet", "Sheet", "Name of the sheet within the spreadsheet.").required().default("Sheet1")
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
