//! Many items into one.

use bridge_domain::ConnectorManifest;
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Aggregate node.
pub fn connector() -> ConnectorManifest {
    Connector::new("aggregate", "Aggregate", "Collects many items into one, or counts and sums them.")
        .shown_in(Category::Data, "IconStack2")
        .synonyms(&[
            "aggregate",
            "collect",
            "group",
            "summarize",
            "summary",
            "digest",
            "list of all",
            "combine items",
            "bundle",
            "totals",
        ])
        .action(collect())
        .action(summarize())
        .manifest()
}

fn collect() -> Action {
    Action::new("collect", "Collect items", "Puts all items, or one field of each, into a list on a single item.")
        .synonyms(&["collect all", "into one item", "gather", "join items", "make a list", "all at once"])
        .parameters([
            Parameter::text("field", "Field", "Field to take from each item; whole items when left out."),
            Parameter::text("into", "Into", "Name of the field that holds the list.")
                .default("items")
                .with("minLength", 1),
            Parameter::boolean(
                "keep_missing",
                "Keep missing values",
                "Whether an item without the field stands in the list as null.",
            )
            .default(false),
        ])
}

fn summarize() -> Action {
    Action::new(
        "summarize",
        "Summarize items",
        "Counts, sums or averages fields, over all items or for each group of items with the same values.",
    )
    .synonyms(&["count items", "sum up", "average of", "group by", "statistics", "pivot table", "total of"])
    .parameters([
        Parameter::list("calculations", "Calculations", "What to work out of the items.", calculation())
            .required()
            .default(json!([{ "operation": "count" }]))
            .with("minItems", 1)
            .with("maxItems", 100),
        Parameter::text(
            "group_by",
            "Group by",
            "Fields, separated by commas, whose values make a group; all items are one group when left out.",
        ),
    ])
}

fn calculation() -> Vec<Parameter> {
    vec![
        Parameter::choice(
            "operation",
            "Operation",
            "What is worked out; missing values are passed over.",
            &["count", "count_unique", "sum", "average", "min", "max", "first", "last", "list", "list_unique", "join"],
        )
        .required()
        .default("count"),
        Parameter::text(
            "field",
            "Field",
            "The field it is worked out of, such as `order.total`; count counts items when it is left out.",
        ),
        Parameter::text("into", "Into", "Field for the result; `sum_total` for the sum of `total` when left out."),
        Parameter::text("separator", "Separator", "What stands between joined texts.").default(", "),
    ]
}
