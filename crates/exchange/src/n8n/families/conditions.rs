//! Comparisons, and the nodes that decide by them: If, Filter, Switch.

use serde_json::{Map, Value, json};

use super::super::source::objects;
use super::{Source, Target};

/// Comparisons that are all to hold, or any one of them.
struct Conditions {
    list: Vec<Value>,
    combine: &'static str,
    ignore_case: bool,
}

/// Two ways on.
pub(super) fn check(source: &mut Source<'_>) -> Option<Target> {
    let conditions = conditions(source, "combineOperation", "all", "any")?;
    Some(decide(Target::new("if", "check"), conditions).outputs(&["true", "false"]))
}

/// What fits stays.
pub(super) fn filter(source: &mut Source<'_>) -> Option<Target> {
    let conditions = conditions(source, "combineConditions", "AND", "OR")?;
    Some(decide(Target::new("filter", "keep"), conditions))
}

fn decide(target: Target, conditions: Conditions) -> Target {
    let target = target.set("conditions", conditions.list).set("combine", conditions.combine);
    target.set_if("ignore_case", conditions.ignore_case.then_some(true))
}

/// The conditions of a node, in the form that has groups by type or in the one that has a list.
fn conditions(source: &mut Source<'_>, combine: &str, all: &'static str, any: &'static str) -> Option<Conditions> {
    source.value("looseTypeValidation");
    let ignore_case = source.option_flag("ignoreCase", false);
    source.option("looseTypeValidation");
    let value = source.value("conditions")?;
    let found = if value.get("conditions").is_some() {
        listed(value, ignore_case)?
    } else {
        let groups = value.as_object()?;
        let list: Option<Vec<Value>> = ["boolean", "dateTime", "number", "string"]
            .into_iter()
            .flat_map(|kind| objects(groups.get(kind)).into_iter().map(move |one| grouped(kind, one)))
            .collect();
        let is_any = source.word(combine, all) == any;
        Conditions { list: list?, combine: if is_any { "any" } else { "all" }, ignore_case: false }
    };
    (!found.list.is_empty() && found.list.len() <= 100).then_some(found)
}

/// `{options, conditions: [{leftValue, rightValue, operator}], combinator}`.
fn listed(value: &Value, ignore_case: bool) -> Option<Conditions> {
    let list: Option<Vec<Value>> = objects(value.get("conditions")).into_iter().map(comparison).collect();
    let combine = if value["combinator"] == "or" { "any" } else { "all" };
    let ignore_case = ignore_case || value["options"]["caseSensitive"] == false;
    Some(Conditions { list: list?, combine, ignore_case })
}

/// One comparison of a list.
fn comparison(one: &Map<String, Value>) -> Option<Value> {
    let operator = one.get("operator")?;
    let kind = operator["type"].as_str().unwrap_or("string");
    let compared = operand(one.get("rightValue"));
    let (operator, right) = operator_of(kind, operator["operation"].as_str()?, compared)?;
    Some(made(kind, operand(one.get("leftValue")), operator, right))
}

/// One comparison of a group.
fn grouped(kind: &str, one: &Map<String, Value>) -> Option<Value> {
    let default = match kind {
        "number" => "smaller",
        "dateTime" => "after",
        _ => "equal",
    };
    let word = one.get("operation").map_or(Some(default), Value::as_str)?;
    let word = match word {
        "equal" => "equals",
        "notEqual" => "notEquals",
        "larger" => "gt",
        "largerEqual" => "gte",
        "smaller" => "lt",
        "smallerEqual" => "lte",
        "isEmpty" => "empty",
        "isNotEmpty" => "notEmpty",
        other => other,
    };
    let compared = operand(one.get("value2").or(Some(&Value::Bool(false)).filter(|_| kind == "boolean")));
    let (operator, right) = operator_of(kind, word, compared)?;
    Some(made(kind, operand(one.get("value1")), operator, right))
}

fn made(kind: &str, left: Value, operator: &str, right: Option<Value>) -> Value {
    let compare_as = match kind {
        "string" => "text",
        "number" => "number",
        "boolean" => "boolean",
        "dateTime" => "date",
        _ => "auto",
    };
    let mut made = json!({ "left": left, "operator": operator });
    if let Some(right) = right {
        made["right"] = right;
        made["compare_as"] = compare_as.into();
    }
    made
}

/// A side of a comparison: what is no plain value is compared as its JSON text.
fn operand(value: Option<&Value>) -> Value {
    match value {
        None | Some(Value::Null) => json!(""),
        Some(value @ (Value::Array(_) | Value::Object(_))) => value.to_string().into(),
        Some(value) => value.clone(),
    }
}

/// Bridge's operator and right side.
fn operator_of(kind: &str, operation: &str, right: Value) -> Option<(&'static str, Option<Value>)> {
    let by = |difference: f64| right.as_f64().map(|number| json!(number + difference));
    Some(match (kind, operation) {
        (_, "exists") => ("exists", None),
        (_, "notExists") => ("not_exists", None),
        (_, "empty") => ("is_empty", None),
        (_, "notEmpty") => ("is_not_empty", None),
        ("boolean", "true") => ("is_true", None),
        ("boolean", "false") => ("is_false", None),
        (_, "equals") => ("equals", Some(right)),
        (_, "notEquals") => ("not_equals", Some(right)),
        (_, "contains") => ("contains", Some(right)),
        (_, "notContains") => ("not_contains", Some(right)),
        (_, "startsWith") => ("starts_with", Some(right)),
        (_, "notStartsWith") => ("not_starts_with", Some(right)),
        (_, "endsWith") => ("ends_with", Some(right)),
        (_, "notEndsWith") => ("not_ends_with", Some(right)),
        (_, "regex") => ("matches", Some(pattern(right)?)),
        (_, "notRegex") => ("not_matches", Some(pattern(right)?)),
        (_, "after") => ("after", Some(right)),
        (_, "before") => ("before", Some(right)),
        (_, "afterOrEquals" | "gte") => ("greater_or_equal", Some(right)),
        (_, "beforeOrEquals" | "lte") => ("less_or_equal", Some(right)),
        (_, "gt") => ("greater_than", Some(right)),
        (_, "lt") => ("less_than", Some(right)),
        (_, "lengthEquals") => ("length_equals", Some(right)),
        (_, "lengthGt") => ("length_greater_than", Some(right)),
        (_, "lengthLt") => ("length_less_than", Some(right)),
        (_, "lengthGte") => ("length_greater_than", Some(by(-1.0)?)),
        (_, "lengthLte") => ("length_less_than", Some(by(1.0)?)),
        _ => return None,
    })
}

/// A regular expression without slashes around it; none when it has flags.
fn pattern(right: Value) -> Option<Value> {
    let text = right.as_str()?;
    match text.strip_prefix('/').and_then(|text| text.rsplit_once('/')) {
        Some((pattern, "")) => Some(pattern.into()),
        Some(_) => None,
        None => Some(right),
    }
}

/// A rule of a switch: what it asks for, and the number of the output it leads to.
struct Rule {
    conditions: Conditions,
    output: usize,
}

/// Several ways on. More than four rules, and rules of several conditions, become several nodes in a row.
pub(super) fn switch(source: &mut Source<'_>) -> Option<Target> {
    if source.word("mode", "rules") != "rules" {
        return None;
    }
    let (rules, fallback) = if source.raw.version >= 3.0 { listed_rules(source)? } else { numbered_rules(source)? };
    if rules.is_empty()
        || (source.option_flag("allMatchingOutputs", false) && (rules.len() > 4 || !rules.iter().all(is_simple)))
    {
        return None;
    }
    let outputs: Vec<usize> = rules.iter().map(|rule| rule.output).chain(fallback).collect();
    let distinct: std::collections::BTreeSet<&usize> = outputs.iter().collect();
    // Several rules that lead to one output have no counterpart.
    if distinct.len() < outputs.len() {
        return None;
    }
    let all = source.option_flag("allMatchingOutputs", false);
    Some(chain(rules, fallback, all))
}

fn is_simple(rule: &Rule) -> bool {
    rule.conditions.list.len() == 1
}

/// Where what fits no rule goes: to no output, or to this one.
type Fallback = Option<usize>;

fn listed_rules(source: &mut Source<'_>) -> Option<(Vec<Rule>, Fallback)> {
    let ignore_case = source.option_flag("ignoreCase", false);
    source.option("renameFallbackOutput");
    source.value("looseTypeValidation");
    source.option("looseTypeValidation");
    let entries = source.entries("rules", "values");
    let read = |(output, entry): (usize, &Map<String, Value>)| {
        Some(Rule { conditions: listed(entry.get("conditions")?, ignore_case)?, output })
    };
    let rules: Vec<Rule> = entries.into_iter().enumerate().map(read).collect::<Option<_>>()?;
    let fallback = match source.option("fallbackOutput") {
        Some(Value::String(word)) if word == "extra" => Some(rules.len()),
        Some(Value::Number(output)) => output.as_u64().and_then(|output| usize::try_from(output).ok()),
        _ => None,
    };
    Some((rules, fallback))
}

fn numbered_rules(source: &mut Source<'_>) -> Option<(Vec<Rule>, Fallback)> {
    let kind = source.word("dataType", "number");
    let left = source.value("value1").cloned();
    let entries = source.entries("rules", "rules");
    let read = |(place, entry): (usize, &Map<String, Value>)| {
        let mut one = entry.clone();
        one.insert("value1".to_owned(), left.clone().unwrap_or_default());
        let output = entry.get("output").and_then(Value::as_u64).and_then(|output| usize::try_from(output).ok());
        let conditions = Conditions { list: vec![grouped(kind, &one)?], combine: "all", ignore_case: false };
        Some(Rule { conditions, output: output.filter(|_| source.raw.version < 2.0).unwrap_or(place) })
    };
    let rules: Vec<Rule> = entries.into_iter().enumerate().map(read).collect::<Option<_>>()?;
    let fallback = match source.value("fallbackOutput") {
        Some(Value::String(word)) if word == "extra" => Some(rules.len()),
        Some(value) => value.as_u64().and_then(|output| usize::try_from(output).ok()),
        None => None,
    };
    Some((rules, fallback))
}

/// Rules in a row, by as few nodes as it takes.
fn chain(rules: Vec<Rule>, fallback: Fallback, all: bool) -> Target {
    let mut exits: Vec<(usize, usize, String)> = Vec::new();
    let mut target: Option<(Target, &'static str)> = None;
    let mut open: Vec<Value> = Vec::new();
    let mut part = 0;
    for rule in rules {
        let ignore_case = rule.conditions.ignore_case;
        if rule.conditions.list.len() == 1 {
            if open.is_empty() || open.len() == 4 {
                let next = start(target, "switch", "route");
                part = next.parts.len() - 1;
                open.clear();
                target = Some((next, "fallback"));
            }
            exits.push((rule.output, part, open.len().to_string()));
            open.extend(rule.conditions.list);
            target = target.map(|(target, way_on)| {
                let target = target.set("rules", open.clone()).set_if("ignore_case", ignore_case.then_some(true));
                (target.set_if("send_to", all.then_some("all_matches")), way_on)
            });
        } else {
            open.clear();
            let next = decide(start(target, "if", "check"), rule.conditions);
            part = next.parts.len() - 1;
            exits.push((rule.output, part, "true".to_owned()));
            target = Some((next, "false"));
        }
    }
    let Some((target, way_on)) = target else { return Target::new("switch", "route") };
    if let Some(fallback) = fallback {
        exits.push((fallback, part, way_on.to_owned()));
    }
    let outputs = exits.iter().map(|(output, _, _)| output + 1).max().unwrap_or_default();
    let exit = |output: usize| {
        let found = exits.iter().find(|(one, _, _)| *one == output);
        found.map_or((usize::MAX, None), |(_, part, handle)| (*part, Some(handle.clone())))
    };
    Target { exits: (0..outputs.min(200)).map(exit).collect(), ..target }
}

fn start(before: Option<(Target, &'static str)>, connector: &str, action: &str) -> Target {
    match before {
        Some((target, way_on)) => target.then(Some(way_on), connector, action),
        None => Target::new(connector, action),
    }
}
