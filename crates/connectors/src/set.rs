//! Setting, renaming and removing fields of items.

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
        .action(set_fields())
        .action(rename_fields())
        .action(remove_fields())
        .manifest()
}

fn set_fields() -> Action {
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
            Parameter::boolean(
                "dotted_names",
                "Dots make nested fields",
                "Whether a name such as `address.city` sets the field `city` within `address`.",
            )
            .default(true),
            Parameter::value(
                "json",
                "JSON",
                "A whole object whose fields are set first, such as `={{ $json.customer }}` or JSON text.",
                &["object", "string"],
            )
            .format("code"),
        ])
}

fn rename_fields() -> Action {
    Action::new("rename_fields", "Rename fields", "Gives fields of each item other names.")
        .synonyms(&["rename keys", "change names", "rename columns", "map names"])
        .parameters([
            Parameter::map(
                "names",
                "Names",
                "The present name and the new one, such as `\"mail\": \"email\"`; dots lead into nested fields.",
                &["string"],
            )
            .required()
            .default(json!({})),
            Parameter::boolean(
                "fail_if_missing",
                "Fail when one is missing",
                "Whether an item fails that lacks one of the fields; otherwise the others are renamed.",
            )
            .default(false),
        ])
}

fn remove_fields() -> Action {
    Action::new("remove_fields", "Remove fields", "Takes fields away from each item, or all but some.")
        .synonyms(&["delete fields", "drop columns", "remove keys", "keep only fields", "pick fields", "omit fields"])
        .parameters([
            Parameter::text(
                "fields",
                "Fields",
                "Names separated by commas, such as `password, address.street`; dots lead into nested fields.",
            )
            .required()
            .default(""),
            Parameter::choice(
                "do",
                "What to do",
                "Whether these fields are removed, or all others.",
                &["remove", "keep_only"],
            )
            .default("remove"),
        ])
}
