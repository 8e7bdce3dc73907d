//! What becomes of each type of n8n's nodes. Every row is a node as n8n writes it, and the node of Bridge it becomes.

use serde_json::{Value, json};

use super::read;

/// A node alone in a workflow: connector, action and configuration of what it became, and its notices.
fn converted(kind: &str, version: f64, parameters: &Value) -> (String, Value, Vec<String>) {
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
fn becomes(kind: &str, version: f64, parameters: Value, action: &str, config: Value, told: usize) {
    let (found, made, notices) = converted(kind, version, &parameters);
    assert_eq!((found.as_str(), &made), (action, &config), "{kind} {parameters}");
    let wrong = notices.iter().find(|notice| notice.contains("Correct it before"));
    assert_eq!(wrong, None, "{kind} {parameters}");
    assert_eq!(notices.len(), told, "{kind}: {notices:?}");
}

/// Checks that a node is kept whole.
#[track_caller]
fn is_kept(kind: &str, version: f64, parameters: Value) {
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

#[test]
fn values() {
    becomes(
        "dateTime",
        2.0,
        json!({ "operation": "addToDate", "magnitude": "={{ $json.d }}", "timeUnit": "hours", "duration": 2 }),
        "date_time.add_time",
        json!({ "date": "={{ $json.d }}", "amount": 2, "unit": "hours", "into": "newDate" }),
        0,
    );
    becomes(
        "dateTime",
        2.0,
        json!({ "operation": "formatDate", "date": "={{ $now }}", "format": "custom", "customFormat": "dd.MM." }),
        "date_time.format_date",
        json!({ "date": "={{ $now }}", "format": "dd.MM.", "into": "formattedDate" }),
        0,
    );
    becomes("dateTime", 2.0, json!({}), "date_time.get_time", json!({ "into": "currentDate" }), 0);
    becomes(
        "dateTime",
        1.0,
        json!({ "value": "={{ $json.d }}", "toFormat": "YYYY-MM-DD" }),
        "date_time.format_date",
        json!({ "date": "={{ $json.d }}", "format": "yyyy-MM-dd", "into": "data" }),
        1,
    );
    becomes(
        "crypto",
        1.0,
        json!({ "type": "SHA256", "value": "x" }),
        "crypto.hash",
        json!({ "value": "x", "algorithm": "sha256", "encoding": "hex", "into": "data" }),
        0,
    );
    becomes(
        "crypto",
        1.0,
        json!({ "action": "generate" }),
        "crypto.random",
        json!({ "kind": "uuid", "into": "data" }),
        0,
    );
    let (_, made, notices) =
        converted("crypto", 1.0, &json!({ "action": "hmac", "type": "SHA256", "value": "x", "secret": "canary-5e1f" }));
    assert!(!made.to_string().contains("canary") && !notices.concat().contains("canary"), "{made} {notices:?}");
    assert_eq!((made["algorithm"].as_str(), notices.len()), (Some("sha256"), 1));
    is_kept("crypto", 1.0, json!({ "action": "sign", "value": "x" }));
}

#[test]
fn requests() {
    let http = |version: f64, parameters: Value, config: Value, told: usize| {
        becomes("httpRequest", version, parameters, "http.request", config, told)
    };
    http(
        4.2,
        json!({ "url": "https://example.com", "options": {} }),
        json!({ "method": "GET", "url": "https://example.com" }),
        0,
    );
    http(
        4.2,
        json!({ "method": "POST", "url": "=https://example.com/{{ $json.id }}", "authentication": "genericCredentialType",
        "genericAuthType": "httpHeaderAuth", "sendQuery": true, "queryParameters": { "parameters": [{ "name": "q", "value": "1" }] },
        "sendHeaders": true, "headerParameters": { "parameters": [{ "name": "X-A", "value": "b" }] },
        "sendBody": true, "specifyBody": "json", "jsonBody": "={{ $json }}",
        "options": { "timeout": 2500, "response": { "response": { "neverError": true, "responseFormat": "text" } },
            "batching": { "batch": { "batchSize": 5, "batchInterval": 100 } }, "redirect": { "redirect": { "followRedirects": false } } } }),
        json!({ "method": "POST", "url": "=https://example.com/{{ $json.id }}", "authentication": "header", "query": { "q": "1" },
            "headers": { "X-A": "b" }, "body_kind": "json", "body": "={{ $json }}", "response": "text", "fail_on_error_status": false,
            "follow_redirects": false, "timeout_seconds": 3, "batch_size": 5, "batch_interval_ms": 100 }),
        0,
    );
    http(
        4.2,
        json!({ "method": "PUT", "url": "https://example.com", "sendBody": true, "contentType": "multipart-form-data", "bodyParameters": {
        "parameters": [{ "name": "a", "value": "1" }, { "parameterType": "formBinaryData", "name": "f", "inputDataFieldName": "data" }] } }),
        json!({ "method": "PUT", "url": "https://example.com", "body_kind": "multipart", "body": { "a": "1" }, "files": { "f": "data" } }),
        0,
    );
    http(
        4.1,
        json!({ "method": "POST", "url": "https://example.com", "sendBody": true, "contentType": "raw", "rawContentType": "text/csv", "body": "a,b" }),
        json!({ "method": "POST", "url": "https://example.com", "body_kind": "text", "body": "a,b", "headers": { "Content-Type": "text/csv" } }),
        0,
    );
    http(
        1.0,
        json!({ "requestMethod": "POST", "url": "https://example.com", "responseFormat": "file", "dataPropertyName": "f",
        "bodyParametersUi": { "parameter": [{ "name": "a", "value": "b" }] }, "options": { "bodyContentType": "form-urlencoded" } }),
        json!({ "method": "POST", "url": "https://example.com", "body_kind": "form", "body": { "a": "b" }, "response": "file", "output_file": "f" }),
        0,
    );
    http(
        2.0,
        json!({ "url": "https://example.com", "jsonParameters": true, "headerParametersJson": "{\"X-A\": \"b\"}",
        "authentication": "genericCredentialType", "genericAuthType": "httpBasicAuth" }),
        json!({ "method": "GET", "url": "https://example.com", "authentication": "basic", "headers": { "X-A": "b" } }),
        0,
    );
    http(
        4.2,
        json!({ "url": "https://example.com", "authentication": "predefinedCredentialType", "nodeCredentialType": "notionApi",
        "options": { "pagination": { "pagination": { "paginationMode": "responseContainsNextURL", "nextURL": "={{ $response.body.links.next }}" } },
            "allowUnauthorizedCerts": true } }),
        json!({ "method": "GET", "url": "https://example.com", "authentication": "bearer", "pagination": "next_url", "next_path": "links.next" }),
        2,
    );
    is_kept("httpRequest", 4.2, json!({ "method": "={{ $json.m }}", "url": "https://example.com" }));
}

#[test]
fn files_feeds_and_mail() {
    let (read, write) = (
        json!({ "path": "/a/*.csv", "content": "binary" }),
        json!({ "path": "/a/b.csv", "binary_field": "data", "if_exists": "overwrite" }),
    );
    becomes("readWriteFile", 1.0, json!({ "fileSelector": "/a/*.csv" }), "file.read", read.clone(), 1);
    becomes("readBinaryFiles", 1.0, json!({ "fileSelector": "/a/*.csv" }), "file.read", read, 1);
    becomes("readWriteFile", 1.0, json!({ "operation": "write", "fileName": "/a/b.csv" }), "file.write", write, 1);
    becomes(
        "extractFromFile",
        1.0,
        json!({ "options": { "delimiter": ";", "encoding": "utf8" } }),
        "extract_from_file.csv",
        json!({ "delimiter": ";", "encoding": "utf-8", "binary_field": "data" }),
        0,
    );
    is_kept("extractFromFile", 1.0, json!({ "operation": "pdf" }));
    becomes(
        "convertToFile",
        1.1,
        json!({ "operation": "toJson", "mode": "each", "options": { "fileName": "a.json" } }),
        "convert_to_file.json",
        json!({ "each_item": true, "binary_field": "data", "file_name": "a.json" }),
        0,
    );
    becomes(
        "convertToFile",
        1.1,
        json!({ "operation": "toText", "sourceProperty": "a.b" }),
        "convert_to_file.text",
        json!({ "text": "={{ $json.a.b }}", "binary_field": "data" }),
        0,
    );
    let page = json!({ "operation": "extractHtmlContent", "extractionValues": { "values": [{ "key": "links", "cssSelector": "a",
        "returnValue": "attribute", "attribute": "href", "returnArray": true }] } });
    becomes(
        "html",
        1.2,
        page,
        "extract_from_file.html",
        json!({ "fields": [{ "name": "links", "selector": "a", "take": "attribute",
        "attribute": "href", "all": true }], "source": "={{ $json.data }}" }),
        0,
    );
    becomes(
        "rssFeedRead",
        1.0,
        json!({ "url": "https://example.com/feed" }),
        "rss.read",
        json!({ "url": "https://example.com/feed" }),
        1,
    );
    let mail = json!({ "fromEmail": "a@example.com", "toEmail": "b@example.com", "subject": "Hi", "emailFormat": "html", "html": "<p>Hi</p>",
        "options": { "ccEmail": "c@example.com", "appendAttribution": false } });
    becomes(
        "emailSend",
        2.1,
        mail,
        "email.send",
        json!({ "to": "b@example.com", "subject": "Hi", "body": "<p>Hi</p>", "body_kind": "html",
        "from": "a@example.com", "cc": "c@example.com" }),
        0,
    );
}

#[test]
fn services() {
    let channel = json!({ "__rl": true, "mode": "name", "value": "#orders" });
    becomes(
        "slack",
        2.3,
        json!({ "select": "channel", "channelId": channel, "text": "=New: {{ $json.id }}", "otherOptions": { "includeLinkToWorkflow": false } }),
        "slack.send_message",
        json!({ "channel": "#orders", "text": "=New: {{ $json.id }}" }),
        0,
    );
    becomes(
        "slack",
        1.0,
        json!({ "channel": "#a", "text": "x" }),
        "slack.send_message",
        json!({ "channel": "#a", "text": "x" }),
        0,
    );
    is_kept("slack", 2.3, json!({ "messageType": "block", "channelId": "#a" }));
    becomes(
        "telegram",
        1.2,
        json!({ "chatId": "={{ $json.chat }}", "text": "Hi", "additionalFields": { "disable_notification": true, "parse_mode": "HTML" } }),
        "telegram.send_message",
        json!({ "chat_id": "={{ $json.chat }}", "text": "Hi", "silent": true }),
        1,
    );
    becomes(
        "telegram",
        1.2,
        json!({ "operation": "sendPhoto", "chatId": "5", "file": "https://example.com/a.png", "additionalFields": { "caption": "A" } }),
        "telegram.send_photo",
        json!({ "chat_id": "5", "photo_url": "https://example.com/a.png", "caption": "A" }),
        0,
    );
    let repository = json!({ "__rl": true, "mode": "list", "value": "bridge" });
    becomes(
        "github",
        1.1,
        json!({ "owner": { "__rl": true, "value": "me" }, "repository": repository, "title": "T", "labels": [{ "label": "bug" }] }),
        "github.create_issue",
        json!({ "owner": "me", "repository": "bridge", "title": "T", "labels": "bug" }),
        0,
    );
}

#[test]
fn rows() {
    let list =
        |value: &str, name: &str| json!({ "__rl": true, "mode": "list", "value": value, "cachedResultName": name });
    let url =
        json!({ "__rl": true, "mode": "url", "value": "https://docs.google.com/spreadsheets/d/ABC-1/edit#gid=0" });
    let columns =
        json!({ "mappingMode": "defineBelow", "value": { "name": "={{ $json.n }}" }, "matchingColumns": ["id"] });
    becomes(
        "googleSheets",
        4.5,
        json!({ "operation": "append", "documentId": url, "sheetName": list("gid=0", "Orders"), "columns": columns }),
        "google_sheets.append_row",
        json!({ "spreadsheet_id": "ABC-1", "sheet": "Orders", "values": { "name": "={{ $json.n }}" } }),
        0,
    );
    becomes(
        "googleSheets",
        4.5,
        json!({ "documentId": list("ABC-1", "Book"), "sheetName": list("gid=0", "Orders") }),
        "google_sheets.read_rows",
        json!({ "spreadsheet_id": "ABC-1", "sheet": "Orders" }),
        0,
    );
    becomes(
        "googleSheets",
        4.5,
        json!({ "operation": "update", "documentId": "ABC-1", "sheetName": list("gid=0", "Orders"), "columns": columns }),
        "google_sheets.update_row",
        json!({ "spreadsheet_id": "ABC-1", "sheet": "Orders", "match_column": "id",
            "match_value": "={{ $json[\"id\"] }}", "values": { "name": "={{ $json.n }}" } }),
        0,
    );
    becomes(
        "airtable",
        2.1,
        json!({ "operation": "create", "base": list("app1", "B"), "table": list("tbl1", "T"), "columns": columns }),
        "airtable.create_record",
        json!({ "base_id": "app1", "table": "tbl1", "fields": { "name": "={{ $json.n }}" } }),
        0,
    );
    becomes(
        "airtable",
        2.1,
        json!({ "operation": "search", "base": "app1", "table": "tbl1", "filterByFormula": "{a}=1", "returnAll": false, "limit": 5 }),
        "airtable.list_records",
        json!({ "base_id": "app1", "table": "tbl1", "filter": "{a}=1", "limit": 5 }),
        0,
    );
    becomes(
        "postgres",
        2.5,
        json!({ "operation": "executeQuery", "query": "SELECT $1", "options": { "queryReplacement": "a, b" } }),
        "postgres.execute_query",
        json!({ "query": "SELECT $1", "query_parameters": ["a", "b"] }),
        0,
    );
    becomes(
        "postgres",
        2.5,
        json!({ "operation": "select", "schema": list("public", "public"), "table": list("orders", "orders"),
        "where": { "values": [{ "column": "id", "condition": ">", "value": 5 }] }, "sort": { "values": [{ "column": "id", "direction": "DESC" }] } }),
        "postgres.select_rows",
        json!({ "schema": "public", "table": "orders", "conditions": [{ "column": "id", "operator": "greater_than", "value": 5 }],
            "sort_by": "id", "order": "descending", "limit": 50 }),
        0,
    );
    is_kept("postgres", 2.5, json!({ "operation": "deleteTable", "table": "orders", "deleteCommand": "drop" }));
    becomes(
        "dataTable",
        1.0,
        json!({ "operation": "get", "dataTableId": list("9", "visits"), "filters": { "conditions": [{ "keyName": "page", "keyValue": "a" }] } }),
        "data_table.get_rows",
        json!({ "table": "visits", "conditions": [{ "column": "page", "operator": "equals", "value": "a" }] }),
        1,
    );
}

#[test]
fn what_is_not_taken_over_is_told_of() {
    let (_, _, notices) = converted(
        "limit",
        1.0,
        &json!({ "maxItems": 2, "somethingNew": "x", "empty": "", "options": { "other": true } }),
    );
    assert_eq!(
        notices,
        ["Not taken over: somethingNew, other. Check whether that matters."].map(str::to_owned).to_vec(),
        "{notices:?}"
    );
    let (_, _, notices) = converted(
        "sort",
        1.0,
        &json!({ "sortFieldsUi": { "sortField": [{ "fieldName": "a" }] }, "options": { "strange": 1 } }),
    );
    assert!(notices[0].contains("strange"), "{notices:?}");
}
