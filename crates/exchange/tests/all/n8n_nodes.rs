//! What becomes of each type of n8n's nodes. Every row is a node as n8n writes it, and the node of Bridge it becomes.

use serde_json::{Value, json};

use super::read;

/// A node alone in a workflow: connector, action and configuration of what it became, and its notices.
pub(crate) fn converted(kind: &str, version: f64, parameters: &Value) -> (String, Value, Vec<String>) {
    let kind = if kind.contains('.') { kind.to_owned() } else { format!("n8n-nodes-base.{kind}") };
    let node = json!({ "id": "one", "name": "One", "type": kind, "typeVersion": version, "position": [0, 0],
        "parameters": parameters });
    let imported = read(json!({ "nodes": [node], "connections": {} }).to_string());
    let data = &imported.definition.nodes[0].data;
    let notices = imported.notices.iter().map(|one| format!("{} {}", one.message, one.hint)).collect();
    (format!("{}.{}", data.connector_id, data.action_id), Value::Object(data.config.clone()), notices)
}

/// Checks a row, that the configuration fits the catalogue, and how many notices there are.
#[track_caller]
pub(crate) fn becomes(kind: &str, version: f64, parameters: Value, action: &str, config: Value, told: usize) {
    let (found, made, notices) = converted(kind, version, &parameters);
    assert_eq!((found.as_str(), &made), (action, &config), "{kind} {parameters}");
    let wrong = notices.iter().find(|notice| notice.contains("Correct it before"));
    assert_eq!(wrong, None, "{kind} {parameters}");
    assert_eq!(notices.len(), told, "{kind}: {notices:?}");
}

/// Checks that a node is kept whole.
#[track_caller]
pub(crate) fn is_kept(kind: &str, version: f64, parameters: Value) {
    let (found, made, notices) = converted(kind, version, &parameters);
    assert!(found.starts_with("n8n."), "{kind} {parameters} became {found}");
    assert_eq!((&made["parameters"], notices.len()), (&parameters, 1));
}

#[test]
fn triggers() {
    for kind in ["manualTrigger", "start", "executeWorkflowTrigger"] {
        becomes(kind, 1.0, json!({}), "manual.start", json!({}), 0);
    }
    becomes("errorTrigger", 1.0, json!({}), "error.workflow_failed", json!({}), 1);
    let hook = json!({ "httpMethod": "POST", "path": "orders/new", "responseMode": "responseNode", "options": { "rawBody": true } });
    let made = json!({ "method": "POST", "path": "orders/new", "respond": "respond_node", "response_data": "first_item", "raw_body": true });
    becomes("webhook", 2.0, hook, "webhook.receive", made, 1);
    let hook = json!({ "path": "a/:id/../b", "responseMode": "lastNode", "responseData": "allEntries", "authentication": "basicAuth",
        "options": { "responseCode": { "values": { "responseCode": 201 } } } });
    let made = json!({ "method": "GET", "path": "a/id/b", "respond": "after_last_node", "response_data": "all_items", "response_status": 201 });
    becomes("webhook", 2.0, hook, "webhook.receive", made, 3);
    let form = json!({ "formTitle": "Sign up", "formDescription": "Please", "formFields": { "values": [
        { "fieldLabel": "Your name", "requiredField": true },
        { "fieldLabel": "Size", "fieldType": "dropdown", "fieldOptions": { "values": [{ "option": "S" }, { "option": "L" }] } } ] } });
    let made = json!({ "title": "Sign up", "description": "Please", "fields": [
        { "name": "Your name", "type": "text", "required": true },
        { "name": "Size", "type": "select", "required": false, "options": "S, L" } ] });
    becomes("formTrigger", 2.2, form, "form.submitted", made, 0);
    is_kept("telegramTrigger", 1.0, json!({ "updates": ["message"] }));
}

#[test]
fn schedules() {
    let rule = |rule: Value| json!({ "rule": { "interval": [rule] } });
    let at = |cron: &str| json!({ "cron": cron });
    let times = "schedule.at_times";
    becomes(
        "scheduleTrigger",
        1.2,
        rule(json!({ "field": "minutes", "minutesInterval": 15 })),
        times,
        at("*/15 * * * *"),
        0,
    );
    becomes("scheduleTrigger", 1.2, rule(json!({ "field": "hours", "triggerAtMinute": 5 })), times, at("5 * * * *"), 0);
    becomes("scheduleTrigger", 1.2, rule(json!({ "triggerAtHour": 7 })), times, at("0 7 * * *"), 0);
    becomes("scheduleTrigger", 1.2, json!({}), times, at("0 0 * * *"), 0);
    let weeks = json!({ "field": "weeks", "triggerAtDay": [1, 5], "triggerAtHour": 9, "triggerAtMinute": 30 });
    becomes("scheduleTrigger", 1.2, rule(weeks), times, at("30 9 * * 1,5"), 0);
    becomes(
        "scheduleTrigger",
        1.2,
        rule(json!({ "field": "months", "triggerAtDayOfMonth": 3 })),
        times,
        at("0 0 3 * *"),
        0,
    );
    let cron = json!({ "field": "cronExpression", "expression": "0 */5 8-18 * * *" });
    becomes("scheduleTrigger", 1.2, rule(cron), times, at("*/5 8-18 * * *"), 0);
    let cron = json!({ "field": "cronExpression", "expression": "30 */5 8-18 * * *" });
    becomes("scheduleTrigger", 1.2, rule(cron), times, at("*/5 8-18 * * *"), 1);
    let seconds = json!({ "interval": 10, "unit": "seconds" });
    becomes(
        "scheduleTrigger",
        1.2,
        rule(json!({ "field": "seconds", "secondsInterval": 10 })),
        "schedule.every",
        seconds,
        0,
    );
    becomes(
        "interval",
        1.0,
        json!({ "interval": 2, "unit": "hours" }),
        "schedule.every",
        json!({ "interval": 2, "unit": "hours" }),
        0,
    );
    let two = json!({ "rule": { "interval": [{ "triggerAtHour": 7 }, { "triggerAtHour": 19 }] } });
    becomes(
        "scheduleTrigger",
        1.2,
        two,
        times,
        json!({ "cron": "0 7 * * *", "more_times": [{ "cron": "0 19 * * *" }] }),
        0,
    );
    let item = |item: Value| json!({ "triggerTimes": { "item": [item] } });
    becomes("cron", 1.0, item(json!({ "hour": 8 })), times, at("0 8 * * *"), 0);
    becomes("cron", 1.0, item(json!({ "mode": "everyWeek", "hour": 8, "weekday": "2" })), times, at("0 8 * * 2"), 0);
    becomes("scheduleTrigger", 1.2, rule(json!({ "field": "days", "daysInterval": 3 })), times, at("0 0 */3 * *"), 1);
    is_kept("scheduleTrigger", 1.2, rule(json!({ "field": "cronExpression", "expression": "={{ $json.cron }}" })));
}

#[test]
fn conditions() {
    let condition = |kind: &str, operation: &str, right: Value| {
        json!({ "conditions": { "options": { "caseSensitive": true }, "combinator": "or", "conditions": [
            { "leftValue": "={{ $json.a }}", "rightValue": right, "operator": { "type": kind, "operation": operation } } ] } })
    };
    let made = |operator: &str, right: Value, compare: &str| json!({ "conditions": [{ "left": "={{ $json.a }}", "operator": operator, "right": right, "compare_as": compare }], "combine": "any" });
    becomes(
        "if",
        2.2,
        condition("number", "gte", json!(5)),
        "if.check",
        made("greater_or_equal", json!(5), "number"),
        0,
    );
    becomes(
        "if",
        2.0,
        condition("string", "regex", json!("/^a$/")),
        "if.check",
        made("matches", json!("^a$"), "text"),
        0,
    );
    becomes(
        "filter",
        2.0,
        condition("dateTime", "before", json!("2026-01-01")),
        "filter.keep",
        made("before", json!("2026-01-01"), "date"),
        0,
    );
    becomes(
        "filter",
        2.0,
        condition("array", "lengthGte", json!(2)),
        "filter.keep",
        made("length_greater_than", json!(1.0), "auto"),
        0,
    );
    let exists = json!({ "conditions": [{ "left": "={{ $json.a }}", "operator": "exists" }], "combine": "any" });
    becomes("if", 2.0, condition("object", "exists", json!("")), "if.check", exists, 0);
    let older = json!({ "conditions": { "string": [{ "value1": "={{ $json.a }}", "value2": "x", "operation": "contains" }],
        "number": [{ "value1": 1, "value2": 2 }], "boolean": [{ "value1": "={{ $json.b }}", "value2": true }] }, "combineOperation": "any" });
    let three = json!({ "conditions": [
        { "left": "={{ $json.b }}", "operator": "equals", "right": true, "compare_as": "boolean" },
        { "left": 1, "operator": "less_than", "right": 2, "compare_as": "number" },
        { "left": "={{ $json.a }}", "operator": "contains", "right": "x", "compare_as": "text" } ], "combine": "any" });
    becomes("if", 1.0, older, "if.check", three, 0);
    is_kept("if", 2.0, condition("string", "regex", json!("/a/i")));
    is_kept("if", 2.0, condition("array", "lengthNotEquals", json!(2)));
}

#[test]
fn switches() {
    let rule = |value: &str| {
        json!({ "conditions": { "combinator": "and", "conditions": [{ "leftValue": "={{ $json.kind }}", "rightValue": value,
            "operator": { "type": "string", "operation": "equals" } }] } })
    };
    let made = |value: &str| json!({ "left": "={{ $json.kind }}", "operator": "equals", "right": value, "compare_as": "text" });
    let two = json!({ "rules": { "values": [rule("a"), rule("b")] }, "options": { "fallbackOutput": "extra" } });
    becomes("switch", 3.2, two, "switch.route", json!({ "rules": [made("a"), made("b")] }), 0);
    let all = json!({ "rules": { "values": [rule("a")] }, "options": { "allMatchingOutputs": true } });
    becomes("switch", 3.2, all, "switch.route", json!({ "rules": [made("a")], "send_to": "all_matches" }), 0);
    let older = json!({ "dataType": "string", "value1": "={{ $json.kind }}", "fallbackOutput": 3,
        "rules": { "rules": [{ "value2": "a", "output": 1 }] } });
    becomes("switch", 1.0, older, "switch.route", json!({ "rules": [made("a")] }), 0);
    is_kept("switch", 3.2, json!({ "mode": "expression", "output": "={{ $json.n }}" }));
}

#[test]
fn merges() {
    let merge = |version: f64, parameters: Value, config: Value, told: usize| {
        becomes("merge", version, parameters, "merge.combine", config, told);
    };
    merge(3.0, json!({}), json!({ "mode": "append" }), 0);
    merge(
        3.0,
        json!({ "mode": "combine", "combineBy": "combineByPosition", "options": { "includeUnpaired": true } }),
        json!({ "mode": "by_position", "keep_unpaired": true }),
        0,
    );
    merge(3.0, json!({ "mode": "combine", "combineBy": "combineAll" }), json!({ "mode": "all_combinations" }), 0);
    merge(
        3.0,
        json!({ "mode": "combine", "fieldsToMatchString": "id, day", "joinMode": "enrichInput1" }),
        json!({ "mode": "by_field", "field": "id, day", "join": "left" }),
        0,
    );
    merge(
        2.1,
        json!({ "mode": "combine", "mergeByFields": { "values": [{ "field1": "id", "field2": "order" }] } }),
        json!({ "mode": "by_field", "field": "id", "other_field": "order", "join": "inner" }),
        0,
    );
    merge(
        1.0,
        json!({ "mode": "mergeByKey", "propertyName1": "a", "propertyName2": "a" }),
        json!({ "mode": "by_field", "field": "a", "join": "left" }),
        0,
    );
    merge(3.0, json!({ "mode": "chooseBranch", "useDataOfInput": 2 }), json!({ "mode": "first" }), 1);
    is_kept("merge", 3.0, json!({ "mode": "combineBySql", "query": "SELECT 1" }));
}

#[test]
fn flow() {
    becomes("noOp", 1.0, json!({}), "no_op.pass", json!({}), 0);
    becomes("stopAndError", 1.0, json!({ "errorMessage": "No" }), "stop_and_error.fail", json!({ "message": "No" }), 0);
    becomes(
        "splitInBatches",
        3.0,
        json!({ "batchSize": 5, "options": {} }),
        "loop.over_items",
        json!({ "batch_size": 5 }),
        0,
    );
    becomes("splitInBatches", 1.0, json!({}), "loop.over_items", json!({ "batch_size": 10 }), 1);
    becomes("wait", 1.1, json!({}), "wait.pause", json!({ "amount": 5, "unit": "seconds" }), 0);
    becomes("wait", 1.0, json!({ "amount": 2 }), "wait.pause", json!({ "amount": 2, "unit": "hours" }), 0);
    becomes(
        "wait",
        1.1,
        json!({ "resume": "specificTime", "dateTime": "2027-01-01T00:00:00" }),
        "wait.until",
        json!({ "date": "2027-01-01T00:00:00" }),
        0,
    );
    is_kept("wait", 1.1, json!({ "resume": "webhook" }));
    let other = json!({ "workflowId": { "__rl": true, "mode": "list", "value": "7", "cachedResultName": "Other" }, "mode": "each" });
    becomes("executeWorkflow", 1.2, other, "subworkflow.execute_workflow", json!({ "run": "once_per_item" }), 1);
    let answer = json!({ "respondWith": "json", "responseBody": "{\"ok\": true}", "options": { "responseCode": 202,
        "responseHeaders": { "entries": [{ "name": "X-A", "value": "b" }] } } });
    becomes(
        "respondToWebhook",
        1.1,
        answer,
        "respond.respond_to_webhook",
        json!({ "status": 202, "body": { "ok": true }, "headers": { "X-A": "b" } }),
        0,
    );
    becomes(
        "respondToWebhook",
        1.1,
        json!({ "respondWith": "redirect", "redirectURL": "https://example.com" }),
        "respond.respond_to_webhook",
        json!({ "respond_with": "nothing", "headers": { "Location": "https://example.com" }, "status": 307 }),
        0,
    );
    becomes(
        "respondToWebhook",
        1.0,
        json!({ "respondWith": "text", "responseBody": "={{ $json.t }}" }),
        "respond.respond_to_webhook",
        json!({ "body": "={{ $json.t }}" }),
        0,
    );
}

#[test]
fn fields_and_code() {
    let newer = json!({ "assignments": { "assignments": [
        { "name": "a", "type": "number", "value": "5" }, { "name": "b", "type": "string", "value": "={{ $json.x }}" },
        { "name": "c", "type": "array", "value": "[1]" }, { "name": "d", "type": "string", "value": "x {{ 1 }}" } ] }, "options": {} });
    let made =
        json!({ "fields": { "a": 5, "b": "={{ $json.x }}", "c": [1], "d": "x {{ 1 }}" }, "keep_other_fields": false });
    becomes("set", 3.4, newer, "set.set_fields", made, 1);
    let middle = json!({ "fields": { "values": [{ "name": "a", "type": "numberValue", "numberValue": "5" }, { "name": "b", "stringValue": "x" }] } });
    becomes(
        "set",
        3.0,
        middle,
        "set.set_fields",
        json!({ "fields": { "a": 5, "b": "x" }, "keep_other_fields": true }),
        0,
    );
    let raw = json!({ "mode": "raw", "jsonOutput": "={{ $json.body }}", "includeOtherFields": true, "options": { "dotNotation": false } });
    becomes(
        "set",
        3.4,
        raw,
        "set.set_fields",
        json!({ "json": "={{ $json.body }}", "fields": {}, "keep_other_fields": true, "dotted_names": false }),
        0,
    );
    let older = json!({ "keepOnlySet": true, "values": { "string": [{ "name": "a", "value": "x" }], "number": [{ "name": "n", "value": 2 }] } });
    becomes(
        "set",
        2.0,
        older,
        "set.set_fields",
        json!({ "fields": { "n": 2, "a": "x" }, "keep_other_fields": false }),
        0,
    );
    is_kept("set", 3.4, json!({ "includeOtherFields": true, "include": "selected", "includeFields": "a" }));
    becomes(
        "renameKeys",
        1.0,
        json!({ "keys": { "key": [{ "currentKey": "a", "newKey": "b" }] } }),
        "set.rename_fields",
        json!({ "names": { "a": "b" } }),
        0,
    );
    becomes(
        "code",
        2.0,
        json!({ "jsCode": "return items;", "mode": "runOnceForEachItem" }),
        "code.run_javascript",
        json!({ "code": "return items;", "run": "once_per_item" }),
        0,
    );
    becomes(
        "code",
        2.0,
        json!({ "jsCode": "return fetch('x');" }),
        "code.run_javascript",
        json!({ "code": "return fetch('x');" }),
        1,
    );
    is_kept("code", 2.0, json!({ "language": "python", "pythonCode": "return []" }));
    becomes(
        "function",
        1.0,
        json!({ "functionCode": "return items;" }),
        "code.run_javascript",
        json!({ "code": "const items = $input.all();\nreturn items;" }),
        0,
    );
    becomes(
        "functionItem",
        1.0,
        json!({ "functionCode": "item.a = 1;\nreturn item;" }),
        "code.run_javascript",
        json!({ "code": "const item = $json;\nitem.a = 1;\nreturn item;", "run": "once_per_item" }),
        0,
    );
}

#[test]
fn lists() {
    becomes(
        "splitOut",
        1.0,
        json!({ "fieldToSplitOut": "rows", "include": "allOtherFields", "options": { "destinationFieldName": "row" } }),
        "split_out.split",
        json!({ "field": "rows", "other_fields": "all", "into": "row" }),
        0,
    );
    is_kept("splitOut", 1.0, json!({ "fieldToSplitOut": "a, b" }));
    becomes(
        "itemLists",
        3.0,
        json!({ "fieldToSplitOut": "rows", "options": {} }),
        "split_out.split",
        json!({ "field": "rows" }),
        0,
    );
    becomes(
        "itemLists",
        3.1,
        json!({ "operation": "limit", "maxItems": 3, "keep": "lastItems" }),
        "limit.limit_items",
        json!({ "max_items": 3, "keep": "last" }),
        0,
    );
    becomes(
        "aggregate",
        1.0,
        json!({ "aggregate": "aggregateAllItemData", "options": {} }),
        "aggregate.collect",
        json!({ "into": "data" }),
        0,
    );
    let one = json!({ "fieldsToAggregate": { "fieldToAggregate": [{ "fieldToAggregate": "customer.id" }] } });
    becomes("aggregate", 1.0, one, "aggregate.collect", json!({ "field": "customer.id", "into": "id" }), 0);
    let sums = json!({ "fieldsToSummarize": { "values": [{ "aggregation": "sum", "field": "total" },
        { "aggregation": "concatenate", "field": "name", "separateBy": ", " }] }, "fieldsToSplitBy": "day", "options": {} });
    becomes(
        "summarize",
        1.0,
        sums,
        "aggregate.summarize",
        json!({ "calculations": [
        { "operation": "sum", "field": "total", "into": "sum_total" },
        { "operation": "join", "field": "name", "into": "concatenated_name", "separator": ", " }], "group_by": "day" }),
        0,
    );
    let order =
        json!({ "sortFieldsUi": { "sortField": [{ "fieldName": "a", "order": "descending" }, { "fieldName": "b" }] } });
    becomes(
        "sort",
        1.0,
        order,
        "sort.sort_items",
        json!({ "by": [{ "field": "a", "direction": "descending" }, { "field": "b" }] }),
        0,
    );
    is_kept("sort", 1.0, json!({ "type": "random" }));
    becomes("limit", 1.0, json!({}), "limit.limit_items", json!({ "max_items": 1 }), 0);
    becomes(
        "removeDuplicates",
        1.0,
        json!({ "compare": "selectedFields", "fieldsToCompare": "id" }),
        "remove_duplicates.remove",
        json!({ "compare": "selected_fields", "fields": "id" }),
        0,
    );
    is_kept("removeDuplicates", 2.0, json!({ "operation": "removeItemsSeenInPreviousExecutions" }));
}
