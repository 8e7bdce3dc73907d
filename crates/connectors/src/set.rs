//! Setting fields of items.

use bridge_domain::ConnectorManifest;
use serde_json::json;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Set node.
pub fn connector() -> ConnectorManifest {
    Connector::new("set", "Set fields", "Adds, changes and renames fields of items.")
        .shown_in(Category::Data, "IconPencil")
        .synonyms(&[
            "set",
            "edit fields",
            "map",
            "mapping",
            "transform",
            "rename",
            "assign",
            "variable",
            "format data",
            "shape",
        ])
        .action(
            Action::new("set_fields", "Set fields", "Gives fields of each item a value, fixed or from an expression.")
                .synonyms(&["add field", "set value", "change fields", "build object", "prepare data", "edit item"])
                .parameters([
                    Parameter::map(
                        "fields",
                        "Fields",
                        "Names and values, such as `\"total\": \"={{ $json.price * $json.count }}\"`.",
                        &["string", "number", "boolean", "object", "array", "null"],
                    )
                    .required()
                    .default(json!({})),
                    Parameter::boolean(
                        "keep_other_fields",
                        "Keep other fields",
                        "Whether fields that are not named here stay on the item.",
                    )
                    .default(true),
                ]),
        )
        .manifest()
}
