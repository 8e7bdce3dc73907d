//! Google Sheets: the requests an action takes, whole, and what becomes of the answers.

use bridge_domain::{CredentialKind, Item, StepFailure};
use bridge_nodes::testing::item;
use serde_json::{Value, json};

use crate::server::{Answer, Received, Server};
use crate::stage::{Stage, credential, step};

const READ: &str = "?majorDimension=ROWS&valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=FORMATTED_STRING";

async fn call(
    action: &str,
    mut config: Value,
    given: Item,
    answer: impl Fn(&Received) -> Answer + Send + Sync + 'static,
) -> (Result<Vec<Value>, StepFailure>, Vec<String>) {
    let server = Server::start(move |_, received| answer(received)).await;
    config["spreadsheet_id"] = "1aB_c".into();
    let mut step = step(&server, config, vec![given]);
    step.credential = Some(credential(&server, CredentialKind::OAuth2, &[("access_token", "ya29")]));
    let result = Stage::new().call("google_sheets", action, &server, &mut step).await;
    let requests = server.received().into_iter().map(|one| {
        assert_eq!(one.header("authorization"), Some("Bearer ya29"));
        format!("{} {}", one.line, one.text()).trim().to_owned()
    });
    (result.map(|()| step.output(0)), requests.collect())
}

fn values(range: &str, rows: Value) -> Answer {
    Answer::json(json!({ "range": range, "majorDimension": "ROWS", "values": rows }))
}

#[tokio::test]
async fn rows_are_read_by_the_names_of_the_first_one() {
    let rows = json!([["id", "Name", "ok"], [1, "Ada", true], [], [2]]);
    let answer = rows.clone();
    let (items, requests) = call("read_rows", json!({ "sheet": "It's 1" }), Item::default(), move |_| {
        values("'It''s 1'!A1:Z9", answer.clone())
    })
    .await;
    assert_eq!(
        items.unwrap(),
        [
            json!({ "id": 1, "Name": "Ada", "ok": true, "row_number": 2 }),
            json!({ "id": 2, "Name": "", "ok": "", "row_number": 4 }),
        ]
    );
    assert_eq!(requests, [format!("GET /v4/spreadsheets/1aB_c/values/%27It%27%27s%201%27{READ}")]);
    let config = json!({ "sheet": "S", "range": "B3:D9", "limit": 1 });
    let (items, requests) = call("read_rows", config, Item::default(), move |_| values("S!B3:D9", rows.clone())).await;
    assert_eq!(items.unwrap(), [json!({ "id": 1, "Name": "Ada", "ok": true, "row_number": 4 })]);
    assert_eq!(requests, [format!("GET /v4/spreadsheets/1aB_c/values/%27S%27%21B3:D9{READ}")]);
    let (items, _) =
        call("read_rows", json!({}), Item::default(), |_| Answer::json(json!({ "range": "Sheet1!A1:Z9" }))).await;
    assert_eq!(items.unwrap(), [] as [Value; 0]);
}

fn appending(received: &Received) -> Answer {
    if received.line.starts_with("GET") {
        return values("Sheet1!A1:Z1", json!([["id", "Name", "Note"]]));
    }
    Answer::json(json!({ "spreadsheetId": "1aB_c", "updates": { "updatedRange": "Sheet1!A7:C7", "updatedRows": 1 } }))
}

const APPEND: &str =
    "POST /v4/spreadsheets/1aB_c/values/%27Sheet1%27:append?valueInputOption=RAW&insertDataOption=INSERT_ROWS";

#[tokio::test]
async fn a_row_is_appended_in_the_order_of_the_columns() {
    let given = item(json!({ "note": "=IMPORTXML(\"x\")" }));
    let config = json!({ "sheet": "Sheet1", "values": { "Note": "={{ $json.note }}", "id": 5 } });
    let (items, requests) = call("append_row", config, given, appending).await;
    assert_eq!(items.unwrap(), [json!({ "Note": "=IMPORTXML(\"x\")", "id": 5, "row_number": 7 })]);
    assert_eq!(
        requests,
        [
            format!("GET /v4/spreadsheets/1aB_c/values/%27Sheet1%27%211:1{READ}"),
            format!("{APPEND} {}", r#"{"majorDimension":"ROWS","values":[[5,null,"=IMPORTXML(\"x\")"]]}"#),
        ]
    );
    let given = item(json!({ "id": 1, "Name": ["a"], "row_number": 3 }));
    let (_, requests) = call("append_row", json!({ "values": {} }), given, appending).await;
    assert!(requests[1].ends_with(r#""values":[[1,"[\"a\"]",null]]}"#), "{}", requests[1]);
}

#[tokio::test]
async fn an_empty_sheet_gets_its_first_row_too() {
    let (items, requests) =
        call("append_row", json!({ "values": { "a": 1, "b": "x" } }), Item::default(), |received| {
            if received.line.starts_with("GET") {
                return Answer::json(json!({ "range": "Sheet1!A1:Z1", "majorDimension": "ROWS" }));
            }
            Answer::json(json!({ "updates": { "updatedRange": "Sheet1!A1:B2" } }))
        })
        .await;
    assert_eq!(items.unwrap(), [json!({ "a": 1, "b": "x", "row_number": 2 })]);
    assert!(requests[1].ends_with(r#"{"majorDimension":"ROWS","values":[["a","b"],[1,"x"]]}"#));
}

#[tokio::test]
async fn a_column_that_is_not_there_is_named_before_anything_is_written() {
    for (action, config) in [
        ("append_row", json!({ "values": { "Nmae": 1 } })),
        ("update_row", json!({ "match_column": "id", "match_value": 1, "values": { "Nmae": 1 } })),
    ] {
        let (items, requests) =
            call(action, config, Item::default(), |_| values("Sheet1!A1:C9", json!([["id", "Name"], [1, "x"]]))).await;
        assert_eq!(
            items.unwrap_err().error.message,
            "The sheet has no column “Nmae”; its first row names “id”, “Name”."
        );
        assert_eq!(requests.len(), 1);
    }
}

fn updating(received: &Received) -> Answer {
    if received.line.starts_with("GET") {
        return values(
            "Sheet1!A1:D9",
            json!([["id", "Name", "Age"], [1, "Ada", 3], ["2", "Bob", 4], [5, "x"], [5, "y"]]),
        );
    }
    Answer::json(json!({ "totalUpdatedCells": 2 }))
}

#[tokio::test]
async fn only_the_named_cells_of_the_one_row_are_changed() {
    let values = json!({ "id": 2, "Age": 9, "Name": "={{ $json.name }}" });
    let config = json!({ "match_column": "id", "match_value": 2, "values": values });
    let (items, requests) = call("update_row", config, item(json!({ "name": "=1+1" })), updating).await;
    assert_eq!(items.unwrap(), [json!({ "Age": 9, "Name": "=1+1", "id": 2, "row_number": 3 })]);
    let data = json!({ "valueInputOption": "RAW", "data": [
        { "range": "'Sheet1'!C3", "majorDimension": "ROWS", "values": [[9]] },
        { "range": "'Sheet1'!B3", "majorDimension": "ROWS", "values": [["=1+1"]] },
    ] });
    assert_eq!(
        requests,
        [
            format!("GET /v4/spreadsheets/1aB_c/values/%27Sheet1%27{READ}"),
            format!("POST /v4/spreadsheets/1aB_c/values:batchUpdate {data}"),
        ]
    );
}

#[tokio::test]
async fn a_row_that_is_missing_or_not_the_only_one_is_not_changed() {
    for (value, message) in [
        (json!(7), "No row has “7” in the column “id”."),
        (json!("5"), "Several rows have “5” in the column “id”, such as 4 and 5."),
    ] {
        let config = json!({ "match_column": "id", "match_value": value, "values": { "Age": 1 } });
        let (items, requests) = call("update_row", config, Item::default(), updating).await;
        let failure = items.unwrap_err();
        assert_eq!((failure.error.message.as_str(), failure.parameter.as_deref()), (message, Some("match_value")));
        assert_eq!(requests.len(), 1);
    }
}

#[tokio::test]
async fn google_says_why_not() {
    let (items, _) = call("read_rows", json!({}), Item::default(), |_| {
        let error =
            json!({ "code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED" });
        Answer::status("403 Forbidden", json!({ "error": error }))
    })
    .await;
    let error = items.unwrap_err().error;
    assert!(
        error.message.ends_with("answered 403 Forbidden: The caller does not have permission."),
        "{}",
        error.message
    );
}
