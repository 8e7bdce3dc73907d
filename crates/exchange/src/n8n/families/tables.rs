//! Rows: Google Sheets, Airtable, PostgreSQL, data tables.

use serde_json::{Map, Value, json};

use super::super::source::{field, is_expression, objects};
use super::{Source, Target};

/// What is written: values by column; empty for all fields of the item.
fn columns(source: &mut Source<'_>) -> Option<Map<String, Value>> {
    let columns = source.value("columns")?;
    if columns["mappingMode"] == "autoMapInputData" {
        return Some(Map::new());
    }
    let plain = |value: &Value| !value.is_null();
    let values = columns["value"].as_object()?.iter().filter(|(_, value)| plain(value));
    Some(values.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// The columns that say which row is meant.
fn matching(source: &mut Source<'_>) -> Vec<String> {
    let names = source.value("columns").and_then(|columns| columns["matchingColumns"].as_array());
    names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Google Sheets.
pub(super) fn google_sheets(source: &mut Source<'_>) -> Option<Target> {
    source.value("authentication");
    if source.word("resource", "sheet") != "sheet" {
        return None;
    }
    let operation = source.word("operation", "read");
    let (id, sheet) = if source.raw.version >= 4.0 {
        (spreadsheet(&source.text("documentId")?), sheet_name(source))
    } else {
        let range = source.text("range").unwrap_or_default();
        let sheet = range.split_once('!').map(|(sheet, _)| sheet.to_owned());
        (spreadsheet(&source.text("sheetId")?), sheet)
    };
    let target = |action: &str| Target::new("google_sheets", action).set("spreadsheet_id", id).set_if("sheet", sheet);
    match operation {
        "read" => {
            source.option("dataLocationOnSheet");
            let filters = source.entries("filtersUI", "values");
            if !filters.is_empty() {
                source.tell("It read certain rows only; now it reads all.", "Put a filter behind it.");
            }
            source.value("combineFilters");
            Some(target("read_rows"))
        }
        "append" => {
            let values = columns(source).unwrap_or_default();
            Some(target("append_row").set("values", values))
        }
        "update" => {
            let own = matching(source);
            let column = source.text("columnToMatchOn").or(own.first().cloned().filter(|_| own.len() == 1))?;
            let mut values = columns(source).unwrap_or_default();
            let value = values.remove(&column).or(source.value("valueToMatchOn").cloned());
            let value = value.or_else(|| Some(format!("={{{{ $json[{}] }}}}", json!(column)).into()))?;
            Some(target("update_row").set("match_column", column).set("match_value", value).set("values", values))
        }
        _ => None,
    }
}

/// The identifier in the address of a spreadsheet.
fn spreadsheet(text: &str) -> String {
    let after = text.split_once("/spreadsheets/d/").map(|(_, rest)| rest);
    after.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or(text).to_owned()
}

/// The name of the sheet. n8n may know it by a number that only Google can resolve.
fn sheet_name(source: &mut Source<'_>) -> Option<String> {
    let chosen = source.raw.parameters.get("sheetName");
    let shown = chosen.and_then(|sheet| sheet["cachedResultName"].as_str()).map(str::to_owned);
    let is_name = chosen.and_then(|sheet| sheet["mode"].as_str()) == Some("name");
    let value = source.text("sheetName");
    if let Some(name) = shown.or(value.clone().filter(|_| is_name)) {
        return Some(name);
    }
    source.tell(
        format!(
            "Its sheet was named by the number {}.",
            value.unwrap_or_default().chars().take(40).collect::<String>()
        ),
        "Enter the name of the sheet.",
    );
    None
}

/// Airtable.
pub(super) fn airtable(source: &mut Source<'_>) -> Option<Target> {
    source.value("authentication");
    let newer = source.raw.version >= 2.0;
    if source.word("resource", "record") != "record" {
        return None;
    }
    let (base, table) = if newer { ("base", "table") } else { ("application", "table") };
    let operation = source.word("operation", "read");
    let target = |source: &mut Source<'_>, action: &str| {
        Some(Target::new("airtable", action).set("base_id", source.text(base)?).set("table", source.text(table)?))
    };
    match operation {
        "create" => {
            let fields = columns(source)?;
            Some(target(source, "create_record")?.set("fields", fields))
        }
        "search" | "list" => {
            let all = source.flag("returnAll", operation == "search");
            let limit = if all { Some(json!(100_000)) } else { source.number("limit") };
            let filter = source.text("filterByFormula").or(source.option_text("filterByFormula"));
            Some(target(source, "list_records")?.set_if("filter", filter).set_if("limit", limit))
        }
        "update" if newer => {
            let own = matching(source);
            let mut fields = columns(source)?;
            if own.as_slice() != ["id"] {
                return None;
            }
            let id = fields.remove("id");
            Some(target(source, "update_record")?.set_if("record_id", id).set("fields", fields))
        }
        _ => None,
    }
}

/// PostgreSQL.
pub(super) fn postgres(source: &mut Source<'_>) -> Option<Target> {
    source.value("resource");
    let operation = source.word("operation", if source.raw.version >= 2.0 { "insert" } else { "executeQuery" });
    if operation == "executeQuery" {
        return query(source);
    }
    if source.raw.version < 2.0 {
        return None;
    }
    let schema = source.text("schema");
    let table = source.text("table")?;
    let target = |action: &str| Target::new("postgres", action).set_if("schema", schema).set("table", table);
    match operation {
        "insert" => {
            let values = columns(source).unwrap_or_default();
            Some(target("insert_rows").set("values", values))
        }
        "select" => {
            let conditions = conditions(source, "where", "values", "column", "condition", "value")?;
            let sort = source.entries("sort", "values");
            let by = sort.first().and_then(|entry| field(entry, "column"));
            let down = sort.first().is_some_and(|entry| entry.get("direction").and_then(Value::as_str) == Some("DESC"));
            let limit = if source.flag("returnAll", false) { Some(json!(100_000)) } else { source.number("limit") };
            Some(
                target("select_rows")
                    .set_if("conditions", (!conditions.is_empty()).then_some(conditions))
                    .set_if("sort_by", by)
                    .set_if("order", down.then_some("descending"))
                    .set_if("limit", limit.or(Some(json!(50)))),
            )
        }
        "update" => {
            let own = matching(source);
            let mut values = columns(source).filter(|values| !values.is_empty() && !own.is_empty())?;
            let equals =
                |column: &String| json!({ "column": column, "operator": "equals", "value": values.get(column) });
            let conditions: Vec<Value> = own.iter().map(equals).collect();
            own.iter().for_each(|column| {
                values.remove(column);
            });
            Some(target("update_rows").set("conditions", conditions).set("values", values))
        }
        "deleteTable" if source.word("deleteCommand", "truncate") == "delete" => {
            let conditions = conditions(source, "where", "values", "column", "condition", "value")?;
            (!conditions.is_empty()).then(|| target("delete_rows").set("conditions", conditions))
        }
        _ => None,
    }
}

fn query(source: &mut Source<'_>) -> Option<Target> {
    let query = source.text("query")?;
    let replacement =
        source.option("queryReplacement").or(source.value("additionalFields").map(|one| &one["queryParams"]));
    let parameters = match replacement {
        Some(Value::String(text)) if is_expression(text) => Some(Value::String(text.clone())),
        Some(Value::String(text)) if !text.is_empty() => {
            Some(text.split(',').map(|part| Value::from(part.trim())).collect())
        }
        _ => None,
    };
    if is_expression(&query) && query.contains("{{") {
        source.tell(
            "Its SQL is put together from data, which whoever sends the data can change.",
            "Write $1, $2 … in the query and give the values as Query parameters.",
        );
    }
    Some(Target::new("postgres", "execute_query").set("query", query).set_if("query_parameters", parameters))
}

/// Conditions on rows, all of which must hold.
fn conditions(
    source: &mut Source<'_>,
    key: &str,
    inner: &str,
    column: &str,
    operator: &str,
    value: &str,
) -> Option<Vec<Value>> {
    let entries = source.value(key).map(|list| objects(list.get(inner))).unwrap_or_default();
    let any =
        source.word("combineConditions", "AND") == "OR" || source.word("matchType", "allConditions") == "anyCondition";
    if any && entries.len() > 1 {
        return None;
    }
    let condition = |entry: &Map<String, Value>| {
        let operator = match entry.get(operator).and_then(Value::as_str).unwrap_or("equal") {
            "equal" | "eq" => "equals",
            "!=" | "neq" => "not_equals",
            ">" | "gt" => "greater_than",
            ">=" | "gte" => "greater_or_equal",
            "<" | "lt" => "less_than",
            "<=" | "lte" => "less_or_equal",
            "IS NULL" | "isEmpty" => "is_null",
            "IS NOT NULL" | "isNotEmpty" => "is_not_null",
            _ => return None,
        };
        let mut made = json!({ "column": field(entry, column)?, "operator": operator });
        if let Some(value) = entry.get(value).filter(|_| !operator.ends_with("null")) {
            made["value"] = value.clone();
        }
        Some(made)
    };
    entries.into_iter().map(condition).collect()
}

/// Rows that the program keeps itself.
pub(super) fn data_table(source: &mut Source<'_>) -> Option<Target> {
    if source.word("resource", "row") != "row" {
        return None;
    }
    let shown = source.raw.parameters.get("dataTableId").and_then(|id| id["cachedResultName"].as_str());
    let id = source.text("dataTableId");
    let table: String = shown.map(str::to_owned).or(id)?;
    source.tell(format!("It uses the data table “{table}”."), "Make a table of that name with the same columns.");
    let target = |action: &str| Target::new("data_table", action).set("table", table);
    let operation = source.word("operation", "insert");
    if operation == "insert" {
        let values = columns(source).unwrap_or_default();
        return Some(target("insert_rows").set("values", values));
    }
    let conditions = conditions(source, "filters", "conditions", "keyName", "condition", "keyValue")?;
    match operation {
        "get" => {
            let limit = if source.flag("returnAll", false) { Some(json!(100_000)) } else { source.number("limit") };
            let some = (!conditions.is_empty()).then_some(conditions);
            Some(target("get_rows").set_if("conditions", some).set_if("limit", limit))
        }
        "update" | "upsert" if !conditions.is_empty() => {
            let action = if operation == "update" { "update_rows" } else { "upsert_rows" };
            let values = columns(source).unwrap_or_default();
            Some(target(action).set("conditions", conditions).set("values", values))
        }
        "deleteRows" if !conditions.is_empty() => Some(target("delete_rows").set("conditions", conditions)),
        _ => None,
    }
}
