//! What becomes of n8n's nodes that compute values or reach outside: dates, requests, files, mail, services, rows. See [`crate::n8n_nodes`].

use serde_json::{Value, json};

use crate::n8n_nodes::{becomes, converted, is_kept};

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
