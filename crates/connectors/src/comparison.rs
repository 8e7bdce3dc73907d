//! The conditions that If, Switch and Filter share.

use serde_json::{Value, json};

use crate::parameter::Parameter;

/// What two values can be compared by.
pub const OPERATORS: &[&str] = &[
    "equals",
    "not_equals",
    "greater_than",
    "greater_or_equal",
    "less_than",
    "less_or_equal",
    "contains",
    "not_contains",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
    "matches",
    "not_matches",
    "before",
    "after",
    "length_equals",
    "length_greater_than",
    "length_less_than",
    "exists",
    "not_exists",
    "is_empty",
    "is_not_empty",
    "is_true",
    "is_false",
];

/// Operators that look at the left value only.
pub const UNARY: &[&str] = &["exists", "not_exists", "is_empty", "is_not_empty", "is_true", "is_false"];

/// The properties of one comparison: left, operator, right, and how both sides are read.
pub fn comparison() -> Vec<Parameter> {
    vec![
        Parameter::value(
            "left",
            "Value",
            "The value to look at, usually an expression such as `={{ $json.amount }}`.",
            &["string", "number", "boolean"],
        )
        .required()
        .format("expression"),
        Parameter::choice("operator", "Operator", "How the two values are compared.", OPERATORS)
            .required()
            .default("equals"),
        Parameter::value(
            "right",
            "Compared with",
            "The value to compare with; not used by the operators on existence, emptiness and truth.",
            &["string", "number", "boolean"],
        )
        .format("expression"),
        Parameter::choice(
            "compare_as",
            "Compare as",
            "How both values are read: auto looks at what they are, so that `\"9\"` is less than `10`.",
            &["auto", "text", "number", "boolean", "date"],
        )
        .default("auto"),
    ]
}

/// A list of comparisons, all of which are looked at.
pub fn conditions() -> Parameter {
    Parameter::list(
        "conditions",
        "Conditions",
        "Comparisons to check, such as `={{ $json.amount }}` greater_than `100`.",
        comparison(),
    )
    .each(require_right)
    .required()
    .with("minItems", 1)
    .with("maxItems", 100)
}

/// Whether all comparisons have to hold, or one of them.
pub fn combine() -> Parameter {
    Parameter::choice("combine", "Combine", "Whether all conditions have to hold or any one of them.", &["all", "any"])
        .default("all")
}

/// Whether upper and lower case are the same.
pub fn ignore_case() -> Parameter {
    Parameter::boolean(
        "ignore_case",
        "Ignore case",
        "Whether texts that differ only in upper and lower case are equal.",
    )
    .default(false)
}

/// Asks for a right side, unless the operator is a unary one.
pub fn require_right(comparison: &mut Value) {
    comparison["if"] = json!({ "properties": { "operator": { "enum": UNARY } } });
    comparison["else"] = json!({ "required": ["right"] });
}
