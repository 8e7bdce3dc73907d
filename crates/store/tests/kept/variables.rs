//! Variables: what they may be called, what they may hold, and another name.

use bridge_domain::ErrorCode;
use serde_json::{Value, json};

use crate::fixture::fresh;

#[tokio::test]
async fn a_variable_is_set_changed_renamed_and_deleted() {
    let fixture = fresh().await;
    let store = &fixture.store;
    for value in [json!("https://example.com"), json!(3.5), json!(true), json!({"a": [1, null]}), Value::Null] {
        store.set_variable("base", &value).await.unwrap();
        assert_eq!(store.variables().await.unwrap()["base"], value);
    }
    store.set_variable("other", &json!(1)).await.unwrap();
    let before = store.generation();
    store.rename_variable("base", "_base2").await.unwrap();
    store.rename_variable("_base2", "_base2").await.unwrap();
    assert_ne!(store.generation(), before, "programs are read again");
    assert_eq!(store.variables().await.unwrap().keys().collect::<Vec<_>>(), ["_base2", "other"]);
    assert_eq!(store.rename_variable("_base2", "other").await.unwrap_err().problems[0].path, "new_name");
    assert_eq!(store.rename_variable("gone", "here").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(store.variables().await.unwrap()["other"], json!(1));
    store.delete_variable("other").await.unwrap();
    store.delete_variable("other").await.unwrap();
    assert_eq!(store.variables().await.unwrap().len(), 1);
}

#[tokio::test]
async fn names_that_are_none_and_values_that_are_too_large_are_refused() {
    let fixture = fresh().await;
    let store = &fixture.store;
    store.set_variable("a", &json!(1)).await.unwrap();
    for name in ["", "1a", "a b", "a-b", "ä", "$a", "a'; DROP TABLE runs; --", &"a".repeat(65)] {
        assert_eq!(store.set_variable(name, &json!(1)).await.unwrap_err().code, ErrorCode::InvalidInput, "{name}");
        assert_eq!(store.rename_variable("a", name).await.unwrap_err().code, ErrorCode::InvalidInput, "{name}");
    }
    assert_eq!(store.set_variable("b", &json!("x".repeat(65_600))).await.unwrap_err().problems[0].path, "value");
    store.set_variable("b", &json!("x".repeat(65_000))).await.unwrap();
}
