//! Several ways on, by the first rule that fits.

use bridge_domain::ConnectorManifest;

use crate::comparison::{comparison, ignore_case, require_right};
use crate::manifest::{Action, Category, Connector};
use crate::parameter::Parameter;

/// The Switch node.
pub fn connector() -> ConnectorManifest {
    Connector::new("switch", "Switch", "Sends each item to the output of the first rule that fits it.")
        .shown_in(Category::Flow, "IconArrowsSplit2")
        .synonyms(&[
            "switch",
            "case",
            "route",
            "router",
            "several branches",
            "multiple paths",
            "split by",
            "categories",
        ])
        .action(
            Action::condition(
                "route",
                "Route by rules",
                "Tries up to four rules in order; what fits none leaves by `fallback`.",
            )
            .synonyms(&["switch case", "match", "choose a path", "by status", "by type", "sort into"])
            .parameters([rules(), matches(), ignore_case()])
            .outputs(&[
                ("0", "1st rule"),
                ("1", "2nd rule"),
                ("2", "3rd rule"),
                ("3", "4th rule"),
                ("fallback", "Fallback"),
            ]),
        )
        .manifest()
}

fn rules() -> Parameter {
    Parameter::list(
        "rules",
        "Rules",
        "Up to four comparisons, tried in order: the first belongs to output 0, the second to output 1, and so on.",
        comparison(),
    )
    .each(require_right)
    .required()
    .with("minItems", 1)
    .with("maxItems", 4)
}

fn matches() -> Parameter {
    Parameter::choice(
        "send_to",
        "Send to",
        "Whether an item leaves by the output of the first rule that fits it, or by those of all rules that do.",
        &["first_match", "all_matches"],
    )
    .default("first_match")
}
