//! Airtable: records of tables.

use serde_json::{Value, json};

use super::{JSON, call, check};
use crate::server::Answer;

#[tokio::test]
async fn airtable_creates_and_updates_records() {
    let record = json!({ "id": "rec1", "createdTime": "2026-05-04T10:00:00.000Z", "fields": { "Name": "Ada" } });
    check(
        "airtable.create_record",
        json!({ "base_id": "app1", "table": "My Täble/1", "fields": { "Name": "Ada", "N": 1 } }),
        &format!("POST /app1/My%20T%C3%A4ble%2F1\n{JSON}{}", r#"{"fields":{"Name":"Ada","N":1}}"#),
        record.clone(),
        json!([record]),
    )
    .await;
    check(
        "airtable.create_record",
        json!({ "base_id": "app1", "table": "T", "fields": {} }),
        &format!("POST /app1/T\n{JSON}{}", r#"{"fields":{"id":"rec9","Name":"Ada","createdTime":"2026"}}"#),
        record.clone(),
        json!([record]),
    )
    .await;
    check(
        "airtable.update_record",
        json!({ "base_id": "app1", "table": "T", "record_id": "={{ $json.id }}", "fields": {} }),
        &format!("PATCH /app1/T/rec9\n{JSON}{}", r#"{"fields":{"Name":"Ada"}}"#),
        record.clone(),
        json!([record]),
    )
    .await;
}

#[tokio::test]
async fn airtable_lists_records_page_by_page() {
    let config = json!({ "base_id": "app1", "table": "T", "filter": "{A}='b'", "limit": 150 });
    let (items, requests) = call("airtable.list_records", config, |number| {
        let records: Vec<Value> = (0..100).map(|n| json!({ "id": format!("{number}-{n}"), "fields": {} })).collect();
        Answer::json(json!({ "records": records, "offset": "itr/rec" }))
    })
    .await;
    let items = items.unwrap();
    assert_eq!((items.len(), &items[149]), (150, &json!({ "id": "1-49", "fields": {} })));
    assert_eq!(
        requests,
        [
            "GET /app1/T?filterByFormula=%7BA%7D%3D%27b%27&pageSize=100\naccept: */*\n\n",
            "GET /app1/T?filterByFormula=%7BA%7D%3D%27b%27&offset=itr%2Frec&pageSize=100\naccept: */*\n\n",
        ]
    );
}

#[tokio::test]
async fn airtable_says_why_not() {
    for (body, words, hint) in [
        (
            json!({ "error": { "type": "UNKNOWN_FIELD_NAME", "message": "Unknown field name: \"x\"" } }),
            "Unknown field name: \"x\"",
            "Name only fields",
        ),
        (json!({ "error": "NOT_FOUND" }), "NOT_FOUND", "Check the address"),
        (json!({ "error": { "type": "SOMETHING" } }), "SOMETHING", "Check the address"),
    ] {
        let config = json!({ "base_id": "app1", "table": "T", "fields": { "x": 1 } });
        let (items, _) =
            call("airtable.create_record", config, move |_| Answer::status("404 Not Found", body.clone())).await;
        let error = items.unwrap_err().error;
        assert!(error.message.ends_with(&format!("answered 404 Not Found: {words}.")), "{}", error.message);
        assert!(error.hint.starts_with(hint), "{}", error.hint);
    }
}
