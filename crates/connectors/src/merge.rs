//! Bringing branches together.

use bridge_domain::ConnectorManifest;

use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Merge node.
pub fn connector() -> ConnectorManifest {
    Connector::new("merge", "Merge", "Brings the items of several branches together.")
        .shown_in(Category::Flow, "IconGitMerge")
        .synonyms(&["merge", "join", "combine branches", "union", "bring together", "unite", "append"])
        .action(
            Action::new("combine", "Combine branches", "Waits for its branches and passes on their items together.")
                .synonyms(&[
                    "merge branches",
                    "join data",
                    "append items",
                    "match by field",
                    "zip",
                    "wait for all",
                    "inner join",
                    "left join",
                    "cross join",
                    "enrich",
                    "look up",
                ])
                .parameters(parameters()),
        )
        .manifest()
}

fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::choice(
            "mode",
            "Mode",
            "All items one after the other (append), first with first and second with second (by_position), items with \
             the same value of a field (by_field), every item of a branch with every item of the others \
             (all_combinations), or the branch that arrives first (first).",
            &["append", "by_position", "by_field", "all_combinations", "first"],
        )
        .default("append"),
        Parameter::text(
            "field",
            "Field",
            "Name of the field to compare in mode by_field, such as `customer.id`; several are separated by commas.",
        )
        .default("id"),
        Parameter::text(
            "other_field",
            "Field in the other branches",
            "Name of that field in the branches after the first, when it is another; as many as in Field.",
        ),
        Parameter::choice(
            "join",
            "Keep",
            "In mode by_field: items that match (inner), all of the first branch with what matches (left), all of the \
             last branch (right), all items (outer), or those without a match (non_matches).",
            &["inner", "left", "right", "outer", "non_matches"],
        )
        .default("inner"),
        Parameter::choice(
            "several_matches",
            "When several match",
            "In mode by_field: whether an item is combined with all items that match it, or with the first one.",
            &["all", "first"],
        )
        .default("all"),
        Parameter::boolean(
            "compare_loosely",
            "Compare loosely",
            "In mode by_field: whether the number `3` and the text `\"3\"` are the same, and upper and lower case too.",
        )
        .default(false),
        Parameter::boolean(
            "keep_unpaired",
            "Keep unpaired items",
            "In mode by_position: whether items of a longer branch stay, alone.",
        )
        .default(false),
        Parameter::choice(
            "same_name",
            "Fields of the same name",
            "Whose value stays when combined items have a field in common: of the later branch (last), of the earlier \
             one (first), or both with the branch's number behind the name, such as `name_1` (number).",
            &["last", "first", "number"],
        )
        .default("last"),
    ]
}
