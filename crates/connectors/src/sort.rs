//! Bringing items into an order.

use bridge_domain::ConnectorManifest;
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Sort node.
pub fn connector() -> ConnectorManifest {
    Connector::new("sort", "Sort", "Brings items into an order by their fields.")
        .shown_in(Category::Data, "IconSortAscending")
        .synonyms(&["sort", "sorting", "order by", "ascending", "descending", "newest first"])
        .action(
            Action::new("sort_items", "Sort items", "Passes on all items in order.")
                .synonyms(&["sort by", "sort list", "sort by date", "sort by name", "alphabetical", "highest first"])
                .parameters([
                    Parameter::list(
                        "by",
                        "Sort by",
                        "Fields to sort by; a later one decides where the earlier ones are equal.",
                        key(),
                    )
                    .required()
                    .default(json!([{ "field": "name" }]))
                    .with("minItems", 1)
                    .with("maxItems", 20),
                    Parameter::boolean(
                        "ignore_case",
                        "Ignore case",
                        "Whether texts are sorted without regard to upper and lower case.",
                    )
                    .default(true),
                ]),
        )
        .manifest()
}

fn key() -> Vec<Parameter> {
    vec![
        Parameter::text("field", "Field", "Name of the field, such as `order.total`.")
            .required()
            .default("name")
            .with("minLength", 1),
        Parameter::choice(
            "direction",
            "Direction",
            "From low to high, or from high to low.",
            &["ascending", "descending"],
        )
        .default("ascending"),
        Parameter::choice(
            "compare_as",
            "Compare as",
            "How values are read: auto sorts numbers before texts, natural sorts `file 2` before `file 10`. Items \
             without the field come last.",
            &["auto", "text", "natural", "number", "date"],
        )
        .default("auto"),
    ]
}
