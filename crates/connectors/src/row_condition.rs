//! The conditions on rows that databases and data tables share.

use serde_json::json;

use crate::parameter::Parameter;

/// How a column is compared; `RowOperator` of the domain.
const OPERATORS: &[&str] = &[
    "equals",
    "not_equals",
    "greater_than",
    "greater_or_equal",
    "less_than",
    "less_or_equal",
    "contains",
    "is_null",
    "is_not_null",
];

/// Conditions that must all hold; at least so many.
pub fn conditions(at_least: u32) -> Parameter {
    let list = Parameter::list(
        "conditions",
        "Conditions",
        "Which rows: all conditions must hold.",
        vec![
            Parameter::text("column", "Column", "Name of the column.").required().with("minLength", 1),
            Parameter::choice("operator", "Operator", "How the column is compared.", OPERATORS)
                .required()
                .default("equals"),
            Parameter::value(
                "value",
                "Value",
                "What the column is compared with; not used by is_null and is_not_null.",
                &["string", "number", "boolean", "null"],
            )
            .format("expression"),
        ],
    )
    .with("minItems", at_least)
    .with("maxItems", 100);
    if at_least == 0 { list.default(json!([])) } else { list.required() }
}
