//! Turning a file beside an item into items.

use bridge_domain::ConnectorManifest;
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The connector that reads files which came with items.
pub fn connector() -> ConnectorManifest {
    Connector::new("extract_from_file", "Extract from file", "Turns a file that came with an item into items.")
        .shown_in(Category::Files, "IconFileImport")
        .synonyms(&[
            "extract from file",
            "parse file",
            "read spreadsheet",
            "parse csv",
            "parse excel",
            "xlsx",
            "html extract",
            "scrape",
        ])
        .action(csv())
        .action(json_())
        .action(text())
        .action(xlsx())
        .action(html())
        .manifest()
}

fn csv() -> Action {
    Action::new("csv", "Extract from CSV", "Reads rows of comma-separated values, one item each.")
        .synonyms(&["parse csv", "csv to json", "csv rows", "tsv"])
        .parameters([
            file(),
            Parameter::text("delimiter", "Delimiter", "Character between values; a tab is written `\\t`.")
                .default(",")
                .with("minLength", 1)
                .with("maxLength", 2),
            header_row(),
            encoding(),
        ])
}

fn json_() -> Action {
    Action::new(
        "json",
        "Extract from JSON",
        "Reads JSON: a list gives an item for each entry, anything else gives one.",
    )
    .synonyms(&["parse json", "json file", "read json"])
    .parameters([file(), encoding()])
}

fn text() -> Action {
    Action::new("text", "Extract text", "Reads a text file into a field.")
        .synonyms(&["read text", "text file", "file to string"])
        .parameters([
            file(),
            Parameter::text("field", "Field", "Name of the field that gets the text.")
                .default("text")
                .with("minLength", 1),
            encoding(),
        ])
}

fn xlsx() -> Action {
    Action::new("xlsx", "Extract from Excel", "Reads rows of a sheet of an Excel workbook (.xlsx), one item each.")
        .synonyms(&["parse excel", "read excel", "xlsx", "spreadsheet rows"])
        .parameters([
            file(),
            Parameter::text("sheet", "Sheet", "Name of the sheet; the first one when left out."),
            header_row(),
        ])
}

fn html() -> Action {
    Action::new("html", "Extract from HTML", "Reads parts of a web page by CSS selectors.")
        .synonyms(&["html extract", "scrape", "css selector", "parse html", "web scraping"])
        .parameters([
            file(),
            Parameter::text("source", "HTML", "The page as text instead of a file, such as `={{ $json.data }}`.")
                .format("multiline"),
            Parameter::list(
                "fields",
                "Fields",
                "What to take from the page.",
                vec![
                    Parameter::text("name", "Name", "Name of the field.").required().with("minLength", 1),
                    Parameter::text("selector", "CSS selector", "Which elements, such as `h1.title`.")
                        .required()
                        .with("minLength", 1),
                    Parameter::choice("take", "Take", "What of each element.", &["text", "html", "attribute"])
                        .default("text"),
                    Parameter::text("attribute", "Attribute", "Name of the attribute to take, such as `href`."),
                    Parameter::boolean("all", "All", "Whether a list of all elements is taken, or the first one only.")
                        .default(false),
                ],
            )
            .required()
            .with("minItems", 1)
            .with("maxItems", 100)
            .default(json!([{ "name": "title", "selector": "title" }])),
            encoding(),
        ])
}

fn file() -> Parameter {
    Parameter::text("binary_field", "File field", "Name of the file beside the item.")
        .default("data")
        .with("minLength", 1)
}

fn header_row() -> Parameter {
    Parameter::boolean("header_row", "Header row", "Whether the first row holds the names of the fields.").default(true)
}

fn encoding() -> Parameter {
    Parameter::choice(
        "encoding",
        "Encoding",
        "How the text is encoded; auto follows a byte order mark, and otherwise reads UTF-8.",
        &["auto", "utf-8", "utf-16le", "utf-16be", "iso-8859-1", "windows-1252"],
    )
    .default("auto")
}
