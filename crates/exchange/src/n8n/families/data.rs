//! What changes items one by one: fields and code.

use serde_json::{Map, Value};

use super::super::source::{field, is_expression, objects};
use super::{Source, Target};

/// Fields that are set.
pub(super) fn set(source: &mut Source<'_>) -> Option<Target> {
    if source.raw.version >= 3.0 { assigned(source) } else { grouped(source) }
}

/// The newer form: assignments with types, or JSON.
fn assigned(source: &mut Source<'_>) -> Option<Target> {
    let keep = keeps_others(source)?;
    let dotted = source.option_flag("dotNotation", true);
    source.option("ignoreConversionErrors");
    source.value("duplicateItem").filter(|value| **value == Value::Bool(true)).is_none().then_some(())?;
    let target = Target::new("set", "set_fields");
    let (target, fields) = if source.word("mode", "manual") == "raw" {
        let json = source.value("jsonOutput").cloned().unwrap_or_else(|| "{}".into());
        (target.set("json", json), Map::new())
    } else {
        let entries = source.value("assignments").map(|value| objects(value.get("assignments"))).unwrap_or_default();
        let older = source.entries("fields", "values");
        let mut fields = Map::new();
        let mut loose = Vec::new();
        for entry in entries.into_iter().chain(older) {
            let Some(name) = field(entry, "name") else { continue };
            let (kind, value) = typed(entry);
            let is_lone = value.as_str().is_some_and(|text| text.starts_with("={{") && text.ends_with("}}"));
            if is_lone && !matches!(kind, "object" | "array" | "any") {
                loose.push(name.clone());
            }
            fields.insert(name, value);
        }
        if !loose.is_empty() {
            loose.truncate(10);
            source.tell(
                format!("n8n converts these values to a type, Bridge keeps the type they have: {}.", loose.join(", ")),
                "Check what reads them, and convert them in the expression where it matters.",
            );
        }
        (target, fields)
    };
    Some(target.set("fields", fields).set("keep_other_fields", keep).set_if("dotted_names", (!dotted).then_some(false)))
}

/// Whether fields that are not named stay; none when only some of them do.
fn keeps_others(source: &mut Source<'_>) -> Option<bool> {
    source.value("includeBinary");
    source.option("includeBinary");
    source.option("stripBinary");
    let include = source.word("include", "all");
    let keep = if source.raw.version >= 3.3 { source.flag("includeOtherFields", false) } else { include != "none" };
    let is_some = keep && matches!(include, "selected" | "except");
    (!is_some).then_some(keep)
}

/// The type and the value of an assignment. A plain text is what its type says.
fn typed(entry: &Map<String, Value>) -> (&str, Value) {
    let kind = entry.get("type").and_then(Value::as_str).unwrap_or("string");
    let kind = kind.strip_suffix("Value").unwrap_or(kind);
    let own = format!("{kind}Value");
    let value = entry.get("value").or(entry.get(&own)).cloned().unwrap_or_else(|| "".into());
    let text = value.as_str().filter(|text| !is_expression(text)).map(str::to_owned);
    let value = match (kind, text) {
        ("string", None) if !value.is_string() && !value.is_object() && !value.is_array() => value.to_string().into(),
        ("number" | "boolean" | "array" | "object", Some(text)) => {
            serde_json::from_str(text.trim()).unwrap_or_else(|_| text.into())
        }
        _ => value,
    };
    (kind, value)
}

/// The older form: lists by type.
fn grouped(source: &mut Source<'_>) -> Option<Target> {
    let values = source.value("values").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut fields = Map::new();
    for kind in ["boolean", "number", "string"] {
        for entry in objects(values.get(kind)) {
            if let Some(name) = field(entry, "name") {
                fields.insert(name, entry.get("value").cloned().unwrap_or_else(|| "".into()));
            }
        }
    }
    let keep = !source.flag("keepOnlySet", false);
    let dotted = source.option_flag("dotNotation", true);
    let target = Target::new("set", "set_fields").set("fields", fields).set("keep_other_fields", keep);
    Some(target.set_if("dotted_names", (!dotted).then_some(false)))
}

/// Fields with other names.
pub(super) fn rename(source: &mut Source<'_>) -> Option<Target> {
    source.option("regexReplacement").is_none().then_some(())?;
    let entries = source.entries("keys", "key").into_iter();
    let names: Map<String, Value> =
        entries.filter_map(|entry| Some((field(entry, "currentKey")?, field(entry, "newKey")?.into()))).collect();
    Some(Target::new("set", "rename_fields").set("names", names))
}

/// JavaScript.
pub(super) fn code(source: &mut Source<'_>) -> Option<Target> {
    if !matches!(source.word("language", "javaScript"), "javaScript" | "javascript") {
        return None;
    }
    let code = source.text("jsCode")?;
    let each = source.word("mode", "runOnceForAllItems") == "runOnceForEachItem";
    doubt(source, &code);
    let target = Target::new("code", "run_javascript").set("code", code);
    Some(target.set_if("run", each.then_some("once_per_item")))
}

/// The older function over all items, which it knows as `items`.
pub(super) fn function(source: &mut Source<'_>) -> Option<Target> {
    let code = source.text("functionCode")?;
    doubt(source, &code);
    Some(Target::new("code", "run_javascript").set("code", format!("const items = $input.all();\n{code}")))
}

/// The older function over one item, which it knows as `item`.
pub(super) fn function_item(source: &mut Source<'_>) -> Option<Target> {
    let code = source.text("functionCode")?;
    doubt(source, &code);
    let code = format!("const item = $json;\n{code}");
    Some(Target::new("code", "run_javascript").set("code", code).set("run", "once_per_item"))
}

/// What code may use of n8n that Bridge does not have. A hint, not a proof: the text is not run, nor understood.
fn doubt(source: &mut Source<'_>, code: &str) {
    let missing = [
        "require(",
        "fetch(",
        "setTimeout",
        "getWorkflowStaticData",
        "$getWorkflowStaticData",
        "this.helpers",
        "$parameter",
        "$prevNode",
        "$getNodeParameter",
        "getBinaryDataBuffer",
        "Buffer.",
        "process.",
        "$evaluateExpression",
    ];
    let used: Vec<&str> = missing.into_iter().filter(|name| code.contains(name)).collect();
    if !used.is_empty() {
        let used: Vec<&str> = used.into_iter().map(|name| name.trim_end_matches(['(', '.'])).collect();
        source.tell(
            format!("Its code uses what code in Bridge does not have: {}.", used.join(", ")),
            "Use nodes for it: an HTTP request, a wait, a data table.",
        );
    }
}
