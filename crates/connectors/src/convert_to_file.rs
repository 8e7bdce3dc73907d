//! Turning items into a file.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The connector that makes files from items.
pub fn connector() -> ConnectorManifest {
    Connector::new("convert_to_file", "Convert to file", "Makes a file from items, to be written, sent or uploaded.")
        .shown_in(Category::Files, "IconFileExport")
        .synonyms(&[
            "convert to file",
            "make file",
            "create spreadsheet",
            "export csv",
            "export excel",
            "xlsx",
            "to binary",
        ])
        .action(
            action("csv", "Convert to CSV", "Makes comma-separated values: a row for each item.")
                .synonyms(&["make csv", "json to csv", "export csv"])
                .parameters([
                    file(),
                    file_name("data.csv"),
                    Parameter::text("delimiter", "Delimiter", "Character between values; a tab is written `\\t`.")
                        .default(",")
                        .with("minLength", 1)
                        .with("maxLength", 2),
                    header_row(),
                ]),
        )
        .action(
            action("json", "Convert to JSON", "Makes a JSON file: a list of all items, or a file for each.")
                .synonyms(&["make json", "json file", "export json"])
                .parameters([file(), file_name("data.json"), each_item()]),
        )
        .action(
            action("text", "Convert to text", "Makes a text file for each item.")
                .synonyms(&["make text file", "string to file", "save text"])
                .parameters([
                    file(),
                    file_name("data.txt"),
                    Parameter::text("text", "Text", "What is in the file.")
                        .required()
                        .format("multiline")
                        .default("={{ $json.text }}"),
                ]),
        )
        .action(
            action("xlsx", "Convert to Excel", "Makes an Excel workbook (.xlsx): a row for each item.")
                .synonyms(&["make excel", "json to excel", "export xlsx"])
                .parameters([
                    file(),
                    file_name("data.xlsx"),
                    Parameter::text("sheet", "Sheet", "Name of the sheet.")
                        .default("Sheet1")
                        .with("minLength", 1)
                        .with("maxLength", 31),
                    header_row(),
                ]),
        )
        .action(
            action("html", "Convert to an HTML table", "Makes an HTML page with a table: a row for each item.")
                .synonyms(&["html table", "make html", "table to html"])
                .parameters([file(), file_name("data.html"), header_row()]),
        )
        .manifest()
}

fn action(id: &str, name: &str, description: &str) -> Action {
    Action::new(id, name, description).puts_out(&[("file_name", "string"), ("size", "integer")])
}

fn file() -> Parameter {
    Parameter::text("binary_field", "File field", "Name under which the file goes on beside the item.")
        .default("data")
        .with("minLength", 1)
}

fn file_name(default: &str) -> Parameter {
    Parameter::text("file_name", "File name", "Name of the file, without folders.")
        .default(default)
        .with("minLength", 1)
}

fn header_row() -> Parameter {
    Parameter::boolean("header_row", "Header row", "Whether the first row holds the names of the fields.").default(true)
}

fn each_item() -> Parameter {
    Parameter::boolean("each_item", "A file for each item", "Whether every item gets its own file.").default(false)
}
