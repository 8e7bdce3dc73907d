//! What brings branches together, goes round, waits, calls and answers.

use serde_json::{Map, Value, json};

use super::super::source::{field, is_expression};
use super::{Source, Target};

/// Nothing.
pub(super) fn no_op(_: &mut Source<'_>) -> Option<Target> {
    Some(Target::new("no_op", "pass"))
}

/// An end with a message.
pub(super) fn stop(source: &mut Source<'_>) -> Option<Target> {
    let message = match source.word("errorType", "errorMessage") {
        "errorObject" => source.text("errorObject"),
        _ => source.text("errorMessage"),
    };
    let message = message.unwrap_or_else(|| "The workflow was stopped.".to_owned());
    Some(Target { exits: Vec::new(), ..Target::new("stop_and_error", "fail").set("message", message) })
}

/// Several branches in one.
pub(super) fn merge(source: &mut Source<'_>) -> Option<Target> {
    source.value("numberInputs");
    let mode = source.word("mode", "append");
    let target = Target::new("merge", "combine");
    let combine_by = match (mode, source.raw.version >= 3.0) {
        ("append", _) => return Some(target.set("mode", "append")),
        ("chooseBranch" | "passThrough", _) => return choose(source),
        ("combine", true) => source.word("combineBy", "combineByFields"),
        ("combine", false) => match source.word("combinationMode", "mergeByFields") {
            "mergeByPosition" => "combineByPosition",
            "multiplex" => "combineAll",
            _ => "combineByFields",
        },
        ("mergeByIndex", _) => "combineByPosition",
        ("multiplex", _) => "combineAll",
        ("mergeByKey" | "keepKeyMatches" | "removeKeyMatches", _) => return by_key(source, mode),
        _ => return None,
    };
    let clash = source.option("clashHandling").and_then(|clash| clash.pointer("/values/resolveClash"));
    let same_name = match clash.and_then(Value::as_str) {
        Some("preferInput1") => Some("first"),
        Some("addSuffix") => Some("number"),
        _ => None,
    };
    let target = target.set_if("same_name", same_name);
    match combine_by {
        "combineByPosition" => {
            let keep = source.option_flag("includeUnpaired", false).then_some(true);
            Some(target.set("mode", "by_position").set_if("keep_unpaired", keep))
        }
        "combineAll" => Some(target.set("mode", "all_combinations")),
        _ => by_fields(source, target),
    }
}

fn by_fields(source: &mut Source<'_>, target: Target) -> Option<Target> {
    source.value("advanced");
    let pairs = source.entries("mergeByFields", "values");
    let (mut own, mut other): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for pair in pairs {
        own.push(field(pair, "field1")?);
        other.push(field(pair, "field2")?);
    }
    let same = source.text("fieldsToMatchString").or(source.text("fieldsToMatch")).filter(|_| own.is_empty());
    let join = match source.word("joinMode", "keepMatches") {
        "keepMatches" => "inner",
        "enrichInput1" => "left",
        "enrichInput2" => "right",
        "keepEverything" => "outer",
        "keepNonMatches" => "non_matches",
        _ => return None,
    };
    if source.word("outputDataFrom", "both") != "both" {
        source.tell("It passed on the fields of one branch only; now those of both.", "Take away what is not needed.");
    }
    let first = (source.option("multipleMatches").and_then(Value::as_str) == Some("first")).then_some("first");
    let loosely = source.option_flag("fuzzyCompare", false).then_some(true);
    let field = same.unwrap_or_else(|| own.join(", "));
    if is_expression(&field) {
        return None;
    }
    Some(
        target
            .set("mode", "by_field")
            .set("field", field)
            .set_if("other_field", (own != other).then(|| other.join(", ")))
            .set("join", join)
            .set_if("several_matches", first)
            .set_if("compare_loosely", loosely),
    )
}

/// The first form of the node.
fn by_key(source: &mut Source<'_>, mode: &str) -> Option<Target> {
    let (own, other) = (source.text("propertyName1")?, source.text("propertyName2")?);
    source.value("overwrite");
    let join = match (mode, source.word("join", "left")) {
        ("removeKeyMatches", _) => {
            source.tell("It passed on what had no match in its first branch only.", "Check what arrives behind it.");
            "non_matches"
        }
        ("keepKeyMatches", _) | (_, "inner") => "inner",
        (_, "outer") => "outer",
        _ => "left",
    };
    let other = (own != other).then_some(other);
    let target = Target::new("merge", "combine").set("mode", "by_field").set("field", own);
    Some(target.set_if("other_field", other).set("join", join))
}

fn choose(source: &mut Source<'_>) -> Option<Target> {
    for key in ["chooseBranchMode", "useDataOfInput", "output"] {
        source.value(key);
    }
    source.tell(
        "It waited for all branches and passed on one of them; now it passes on the first one that arrives.",
        "Check which branch is to go on; the setting “Starts” says when.",
    );
    Some(Target::new("merge", "combine").set("mode", "first"))
}

/// Round after round.
pub(super) fn in_batches(source: &mut Source<'_>) -> Option<Target> {
    let default = if source.raw.version >= 3.0 { 1 } else { 10 };
    let size = source.number("batchSize").unwrap_or(json!(default));
    if source.option("reset").is_some_and(|reset| *reset != Value::Bool(false)) {
        source.tell("Its option to begin anew was left out.", "A loop within a loop begins anew by itself here.");
    }
    if source.raw.version < 2.0 {
        source.tell(
            "It had one output, and another node found out when it was done; now it has an output “done”.",
            "Connect “done” to what follows the loop.",
        );
    }
    let outputs = if source.raw.version >= 3.0 { ["done", "loop"] } else { ["loop", "done"] };
    Some(Target::new("loop", "over_items").set("batch_size", size).outputs(&outputs))
}

/// Time that passes.
pub(super) fn wait(source: &mut Source<'_>) -> Option<Target> {
    match source.word("resume", "timeInterval") {
        "timeInterval" => {
            let (amount, unit) = if source.raw.version > 1.0 { (5, "seconds") } else { (1, "hours") };
            let amount = source.number("amount").unwrap_or(json!(amount));
            let unit = source.word("unit", unit);
            Some(Target::new("wait", "pause").set("amount", amount).set("unit", unit))
        }
        "specificTime" => {
            let date = source.text("dateTime")?;
            let zone = source.document.time_zone.as_deref();
            Some(Target::new("wait", "until").set("date", date).set_if("time_zone", zone))
        }
        _ => None,
    }
}

/// Another workflow.
pub(super) fn call(source: &mut Source<'_>) -> Option<Target> {
    if source.word("source", "database") != "database" {
        return None;
    }
    let shown = source.raw.parameters.get("workflowId").and_then(|id| id["cachedResultName"].as_str());
    let id = source.text("workflowId").unwrap_or_default();
    let name: String = shown.unwrap_or(&id).chars().take(100).collect();
    source.tell(
        format!("It called the workflow “{name}” of n8n."),
        "Import that one, too, and enter its identifier here; `bridge list` shows it.",
    );
    if source
        .value("workflowInputs")
        .and_then(|inputs| inputs["value"].as_object())
        .is_some_and(|inputs| !inputs.is_empty())
    {
        source
            .tell("It gave the other workflow certain fields; now it gives whole items.", "Set the fields before it.");
    }
    let each = source.word("mode", "once") == "each";
    let wait = source.option_flag("waitForSubWorkflow", true);
    Some(
        Target::new("subworkflow", "execute_workflow")
            .set_if("run", each.then_some("once_per_item"))
            .set_if("wait_for_result", (!wait).then_some(false)),
    )
}

/// The answer to who called.
pub(super) fn respond(source: &mut Source<'_>) -> Option<Target> {
    let headers: Map<String, Value> = source
        .option("responseHeaders")
        .map(|headers| super::super::source::objects(headers.get("entries")))
        .unwrap_or_default()
        .into_iter()
        .filter_map(|entry| Some((field(entry, "name")?, field(entry, "value")?.into())))
        .collect();
    let status = source.option_number("responseCode");
    let target = Target::new("respond", "respond_to_webhook").set_if("status", status.clone());
    let with = |headers: Map<String, Value>| (!headers.is_empty()).then_some(headers);
    let body = source.value("responseBody");
    Some(match source.word("respondWith", "firstIncomingItem") {
        "allIncomingItems" => target.set("respond_with", "all_items").set_if("headers", with(headers)),
        "noData" => target.set("respond_with", "nothing").set_if("headers", with(headers)),
        "firstIncomingItem" => target.set_if("headers", with(headers)),
        "text" => target.set("body", body.cloned().unwrap_or(json!(""))).set_if("headers", with(headers)),
        "json" => target.set("body", json_body(body)).set_if("headers", with(headers)),
        "redirect" => {
            let mut headers = headers;
            headers.insert("Location".to_owned(), source.text("redirectURL")?.into());
            let target = target.set("respond_with", "nothing").set("headers", headers);
            if status.is_none() { target.set("status", 307) } else { target }
        }
        _ => return None,
    })
}

/// JSON as a value, or the expression it is written by.
pub(super) fn json_body(body: Option<&Value>) -> Value {
    match body {
        Some(Value::String(text)) if !is_expression(text) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
        }
        Some(value) => value.clone(),
        None => json!({}),
    }
}
