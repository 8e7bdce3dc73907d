//! Data tables, in a real store.

use bridge_domain::{ColumnKind, ErrorCode, StepFailure, TableColumn};
use bridge_nodes::testing::{TestStep, items};
use serde_json::{Value, json};

use crate::stage::Stage;

async fn rows(stage: &Stage, action: &str, config: Value, input: Value) -> Result<Vec<Value>, StepFailure> {
    let mut step = TestStep::new(config, items(input));
    stage.run(&format!("data_table.{action}"), &mut step).await?;
    Ok(step.output(0))
}

fn column(name: &str, kind: ColumnKind) -> TableColumn {
    TableColumn { name: name.to_owned(), kind }
}

#[tokio::test]
async fn rows_are_kept_found_changed_and_deleted() {
    let stage = Stage::new().await;
    let columns = [column("name", ColumnKind::Text), column("count", ColumnKind::Number)];
    stage.store.create_data_table("Seen", &columns).await.unwrap();
    let input = json!([{ "name": "a", "count": 1, "other": true }, { "name": "b", "count": 2 }, { "name": "c'; --", "count": null }]);
    let added = rows(&stage, "insert_rows", json!({ "table": "seen", "values": {} }), input).await.unwrap();
    assert_eq!((added.len(), &added[0]["name"], added[0]["id"].is_i64()), (3, &json!("a"), true));
    let by_name = |name: &str| json!([{ "column": "name", "operator": "equals", "value": name }]);
    let found = rows(&stage, "get_rows", json!({ "table": "Seen", "conditions": by_name("c'; --") }), json!([{}]))
        .await
        .unwrap();
    assert_eq!((found.len(), &found[0]["count"]), (1, &Value::Null));
    let changed = json!({ "table": "Seen", "conditions": by_name("b"), "values": { "count": 20 } });
    assert_eq!(rows(&stage, "update_rows", changed, json!([{}])).await.unwrap()[0]["count"], 20);
    let upsert = json!({ "table": "Seen", "conditions": by_name("d"), "values": { "name": "d", "count": 4 } });
    for _ in 0..2 {
        assert_eq!(rows(&stage, "upsert_rows", upsert.clone(), json!([{}])).await.unwrap().len(), 1);
    }
    assert_eq!(rows(&stage, "get_rows", json!({ "table": "Seen" }), json!([{}])).await.unwrap().len(), 4);
    assert_eq!(rows(&stage, "get_rows", json!({ "table": "Seen", "limit": 2 }), json!([{}])).await.unwrap().len(), 2);
    let delete =
        json!({ "table": "Seen", "conditions": [{ "column": "count", "operator": "greater_than", "value": 3 }] });
    assert_eq!(rows(&stage, "delete_rows", delete, json!([{}])).await.unwrap(), [json!({ "deleted": 2 })]);
    let none = json!({ "table": "Seen", "conditions": by_name("z") });
    assert!(rows(&stage, "get_rows", none, json!([{}])).await.unwrap().is_empty());
}

#[tokio::test]
async fn wrong_tables_columns_and_conditions_are_named() {
    let stage = Stage::new().await;
    stage.store.create_data_table("T", &[column("n", ColumnKind::Number)]).await.unwrap();
    let gone = rows(&stage, "get_rows", json!({ "table": "Gone" }), json!([{}])).await.unwrap_err();
    assert_eq!((gone.error.code, gone.parameter.as_deref()), (ErrorCode::NotFound, Some("table")));
    for values in [json!({ "m": 1 }), json!({ "n": "word" }), json!({ "id": 5 })] {
        let failure =
            rows(&stage, "insert_rows", json!({ "table": "T", "values": values }), json!([{}])).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::InvalidInput, "{values}");
    }
    for action in ["update_rows", "delete_rows", "upsert_rows"] {
        let config = json!({ "table": "T", "conditions": [], "values": { "n": 1 } });
        assert_eq!(
            rows(&stage, action, config, json!([{}])).await.unwrap_err().parameter.as_deref(),
            Some("conditions")
        );
    }
    let nothing = json!({ "table": "T", "conditions": [{ "column": "n", "operator": "equals", "value": "={{ $json.absent }}" }] });
    assert!(rows(&stage, "delete_rows", nothing, json!([{}])).await.is_err());
    assert!(rows(&stage, "insert_rows", json!({ "table": "T", "values": {} }), json!([{ "other": 1 }])).await.is_err());
}

#[tokio::test]
async fn many_rows_are_read_page_by_page() {
    let stage = Stage::new().await;
    let table = stage.store.create_data_table("Many", &[column("n", ColumnKind::Number)]).await.unwrap();
    let many = (0..2_500).map(|n| json!({ "n": n }).as_object().unwrap().clone()).collect();
    bridge_domain::Tables::insert_rows(&stage.store, table.id, many).await.unwrap();
    let found = rows(&stage, "get_rows", json!({ "table": "Many", "limit": 2_200 }), json!([{}])).await.unwrap();
    assert_eq!((found.len(), &found[2_199]["n"]), (2_200, &json!(2_199)));
}
