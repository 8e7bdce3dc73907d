//! What takes lists apart, puts them together, orders and shortens them.

use serde_json::{Map, Value, json};

use super::super::source::{field, is_expression, objects};
use super::{Source, Target};

/// The older node that does all of it.
pub(super) fn item_lists(source: &mut Source<'_>) -> Option<Target> {
    match source.word("operation", "splitOutItems") {
        "splitOutItems" => split_out(source),
        "aggregateItems" | "concatenateItems" => aggregate(source),
        "limit" => limit(source),
        "removeDuplicates" => remove_duplicates(source),
        "sort" => sort(source),
        "summarize" => summarize(source),
        _ => None,
    }
}

/// An item for each entry.
pub(super) fn split_out(source: &mut Source<'_>) -> Option<Target> {
    let name = source.text("fieldToSplitOut")?;
    if name.contains(',') {
        return None;
    }
    let others = match source.word("include", "noOtherFields") {
        "allOtherFields" => "all",
        "selectedOtherFields" => "selected",
        _ => "none",
    };
    let keep = source.text("fieldsToInclude").or_else(|| {
        let entries = source.entries("fieldsToInclude", "fields").into_iter();
        Some(entries.filter_map(|entry| field(entry, "fieldName")).collect::<Vec<_>>().join(", "))
    });
    source.option("includeBinary");
    source.option("disableDotNotation");
    let into = source.option_text("destinationFieldName");
    Some(
        Target::new("split_out", "split")
            .set("field", name)
            .set_if("other_fields", (others != "none").then_some(others))
            .set_if("keep", keep.filter(|keep| others == "selected" && !keep.is_empty()))
            .set_if("into", into),
    )
}

/// Several items in one.
pub(super) fn aggregate(source: &mut Source<'_>) -> Option<Target> {
    let keep_missing = source.option_flag("keepMissing", false).then_some(true);
    source.option("disableDotNotation");
    source.option("includeBinaries");
    if source.option_flag("mergeLists", false) {
        return None;
    }
    if source.word("aggregate", "aggregateIndividualFields") == "aggregateAllItemData" {
        let into = source.text("destinationFieldName").unwrap_or_else(|| "data".to_owned());
        if source.word("include", "allFields") != "allFields" {
            return None;
        }
        return Some(Target::new("aggregate", "collect").set("into", into));
    }
    let entries = source.entries("fieldsToAggregate", "fieldToAggregate");
    let named = |entry: &Map<String, Value>| {
        let own = field(entry, "fieldToAggregate")?;
        let last = own.rsplit('.').next().unwrap_or(&own).to_owned();
        let renamed = entry.get("renameField") == Some(&Value::Bool(true));
        let into = field(entry, "outputFieldName").filter(|_| renamed).unwrap_or(last);
        Some((own, into))
    };
    let fields: Vec<(String, String)> = entries.into_iter().filter_map(named).collect();
    match fields.as_slice() {
        [] => None,
        [(own, into)] => {
            let target = Target::new("aggregate", "collect").set("field", own.as_str()).set("into", into.as_str());
            Some(target.set_if("keep_missing", keep_missing))
        }
        several => {
            let list = |(own, into): &(String, String)| json!({ "operation": "list", "field": own, "into": into });
            let list: Vec<Value> = several.iter().map(list).collect();
            Some(Target::new("aggregate", "summarize").set("calculations", list))
        }
    }
}

/// Sums and the like.
pub(super) fn summarize(source: &mut Source<'_>) -> Option<Target> {
    let entries = source.entries("fieldsToSummarize", "values");
    let calculations: Option<Vec<Value>> = entries.into_iter().map(calculation).collect();
    let group = source.text("fieldsToSplitBy");
    if source.option("outputFormat").and_then(Value::as_str) == Some("singleItem") && group.is_some() {
        return None;
    }
    source.option("skipEmptySplitFields");
    source.option("disableDotNotation");
    let calculations = calculations.filter(|list| !list.is_empty())?;
    Some(Target::new("aggregate", "summarize").set("calculations", calculations).set_if("group_by", group))
}

fn calculation(entry: &Map<String, Value>) -> Option<Value> {
    let own = field(entry, "field")?;
    let into = |prefix: &str| format!("{prefix}_{}", own.replace('.', "_"));
    let (operation, name) = match entry.get("aggregation").and_then(Value::as_str).unwrap_or("count") {
        "append" => ("list", into("appended")),
        "average" => ("average", into("average")),
        "concatenate" => ("join", into("concatenated")),
        "count" => ("count", into("count")),
        "countUnique" => ("count_unique", into("unique_count")),
        "max" => ("max", into("max")),
        "min" => ("min", into("min")),
        "sum" => ("sum", into("sum")),
        _ => return None,
    };
    let mut made = json!({ "operation": operation, "field": own, "into": name });
    if operation == "join" {
        let separator = match entry.get("separateBy").and_then(Value::as_str) {
            Some("\n") => "\n".to_owned(),
            Some("other") => field(entry, "customSeparator").unwrap_or_default(),
            Some(other) => other.to_owned(),
            None => ",".to_owned(),
        };
        made["separator"] = separator.into();
    }
    Some(made)
}

/// An order.
pub(super) fn sort(source: &mut Source<'_>) -> Option<Target> {
    if source.word("type", "simple") != "simple" {
        return None;
    }
    source.option("disableDotNotation");
    let by = source.value("sortFieldsUi").map(|value| objects(value.get("sortField"))).unwrap_or_default();
    let by = by.into_iter().filter_map(|entry| {
        let mut made = json!({ "field": field(entry, "fieldName")? });
        if entry.get("order").and_then(Value::as_str) == Some("descending") {
            made["direction"] = "descending".into();
        }
        Some(made)
    });
    let by: Vec<Value> = by.collect();
    (!by.is_empty()).then(|| Target::new("sort", "sort_items").set("by", by))
}

/// Some of them.
pub(super) fn limit(source: &mut Source<'_>) -> Option<Target> {
    let most = source.number("maxItems").unwrap_or(json!(1));
    let last = source.word("keep", "firstItems") == "lastItems";
    Some(Target::new("limit", "limit_items").set("max_items", most).set_if("keep", last.then_some("last")))
}

/// Each once.
pub(super) fn remove_duplicates(source: &mut Source<'_>) -> Option<Target> {
    if !matches!(
        source.word("operation", "removeDuplicateInputItems"),
        "removeDuplicateInputItems" | "removeDuplicates"
    ) {
        return None;
    }
    source.option("disableDotNotation");
    source.option("removeOtherFields");
    let (compare, fields) = match source.word("compare", "allFields") {
        "selectedFields" => ("selected_fields", names(source, "fieldsToCompare")),
        "allFieldsExcept" => ("all_fields_except", names(source, "fieldsToExclude")),
        _ => ("all_fields", None),
    };
    if fields.as_deref().is_some_and(is_expression) {
        return None;
    }
    Some(Target::new("remove_duplicates", "remove").set("compare", compare).set_if("fields", fields))
}

/// Names of fields, written as a text or as a list.
fn names(source: &mut Source<'_>, key: &str) -> Option<String> {
    source.text(key).or_else(|| {
        let entries = source.entries(key, "fields").into_iter();
        Some(entries.filter_map(|entry| field(entry, "fieldName")).collect::<Vec<_>>().join(", "))
    })
}
