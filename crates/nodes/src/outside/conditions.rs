//! Conditions on rows, as the manifests of databases and data tables have them.

use bridge_domain::{RowCondition, RowOperator, StepFailure};
use serde_json::Value;

use crate::parameters::Parameters;

const OPERATORS: &[(&str, RowOperator)] = &[
    ("equals", RowOperator::Equals),
    ("not_equals", RowOperator::NotEquals),
    ("greater_than", RowOperator::GreaterThan),
    ("greater_or_equal", RowOperator::GreaterOrEqual),
    ("less_than", RowOperator::LessThan),
    ("less_or_equal", RowOperator::LessOrEqual),
    ("contains", RowOperator::Contains),
    ("is_null", RowOperator::IsNull),
    ("is_not_null", RowOperator::IsNotNull),
];

/// The conditions of the parameter `conditions`.
///
/// # Errors
/// What one is missing. A comparison with nothing is an error: an expression that found no value would otherwise mean
/// other rows than its author did.
pub fn conditions(parameters: &Parameters<'_>) -> Result<Vec<RowCondition>, StepFailure> {
    parameters.records("conditions")?.iter().map(condition).collect()
}

fn condition(record: &Parameters<'_>) -> Result<RowCondition, StepFailure> {
    let column = record.required_text("column")?;
    let operator = record.choice("operator", OPERATORS)?.unwrap_or(RowOperator::Equals);
    let value = match operator {
        RowOperator::IsNull | RowOperator::IsNotNull => Value::Null,
        _ => record.required("value", Ok(record.value("value").cloned()))?,
    };
    Ok(RowCondition { column, operator, value })
}
