//! A list on one item into many items.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Split out node.
pub fn connector() -> ConnectorManifest {
    Connector::new("split_out", "Split out", "Turns a list within an item into one item for each entry.")
        .shown_in(Category::Data, "IconArrowsSplit")
        .synonyms(&[
            "split out",
            "split list",
            "split array",
            "explode",
            "flatten list",
            "unwind",
            "item lists",
            "expand list",
            "one item each",
        ])
        .action(
            Action::new("split", "Split a list", "Passes on one item for each entry of a list.")
                .synonyms(&["list to items", "array to items", "each entry", "spread", "rows from list", "unnest"])
                .parameters([
                    Parameter::text(
                        "field",
                        "Field",
                        "Field with the list, such as `data.orders`; several, separated by commas, are split side by side.",
                    )
                    .required()
                    .default("items"),
                    Parameter::choice(
                        "other_fields",
                        "Other fields",
                        "Which other fields of the item each new item gets: none, all, or the ones named in Keep.",
                        &["none", "all", "selected"],
                    )
                    .default("none"),
                    Parameter::text("keep", "Keep", "Names of the other fields to keep, separated by commas."),
                    Parameter::text(
                        "into",
                        "Into",
                        "Field for the entry. When left out, objects become the item itself and other entries keep the \
                         name of the list.",
                    ),
                ]),
        )
        .manifest()
}
