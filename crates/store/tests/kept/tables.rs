//! Data tables: what goes in, what is found, what hostile names can do (nothing).

use std::time::{Duration, Instant};

use bridge_domain::{
    ColumnKind, Config, DataTable, ErrorCode, RowCondition, RowOperator, TableColumn, TableId, Tables,
};
use bridge_store::Store;
use serde_json::{Value, json};

use crate::fixture::fresh;

/// Names that would be something else inside a statement or a path.
const HOSTILE: [&str; 8] = ["a b", "x\"; DROP TABLE data_rows; --", "'", "$[0]", "a.b", "cells", "\u{0}", "é\u{202e}"];

fn object(value: Value) -> Config {
    value.as_object().unwrap().clone()
}

fn when(column: &str, operator: RowOperator, value: Value) -> Vec<RowCondition> {
    vec![RowCondition { column: column.to_owned(), operator, value }]
}

async fn people(store: &Store) -> DataTable {
    let kinds = [
        ("name", ColumnKind::Text),
        ("age", ColumnKind::Number),
        ("active", ColumnKind::Boolean),
        ("since", ColumnKind::Date),
    ];
    let columns: Vec<_> = kinds.map(|(name, kind)| TableColumn { name: name.to_owned(), kind }).into();
    let table = store.create_data_table("People", &columns).await.unwrap();
    let rows = [
        json!({"name": "Ada", "age": 36, "active": true, "since": "2026-01-01T12:00:00+02:00"}),
        json!({"name": "Émile", "age": 1.5, "active": false, "since": "2026-01-01T11:00:00Z"}),
        json!({"name": "O'Hara 100%", "age": null}),
    ];
    store.insert_rows(table.id, rows.map(object).into()).await.unwrap();
    table
}

async fn ids(store: &Store, table: TableId, conditions: Vec<RowCondition>) -> Vec<i64> {
    let rows = store.rows(table, conditions, 0, 100).await.unwrap();
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn conditions_find_what_they_say() {
    use RowOperator::{
        Contains, Equals, GreaterOrEqual, GreaterThan, IsNotNull, IsNull, LessOrEqual, LessThan, NotEquals,
    };
    let fixture = fresh().await;
    let (store, table) = (&fixture.store, people(&fixture.store).await.id);
    let cases: [(&str, RowOperator, Value, &[i64]); 17] = [
        ("name", Equals, json!("Ada"), &[1]),
        ("name", NotEquals, json!("Ada"), &[2, 3]),
        ("name", Contains, json!("aDA"), &[1]),
        ("name", Contains, json!("éM"), &[2]),
        ("name", Contains, json!("0%"), &[3]),
        ("name", Contains, json!("_"), &[]),
        ("name", Equals, json!("' OR 1 = 1 --"), &[]),
        ("age", GreaterThan, json!(1.5), &[1]),
        ("age", GreaterOrEqual, json!(1.5), &[1, 2]),
        ("age", LessThan, json!(36), &[2]),
        ("age", NotEquals, json!(36), &[2, 3]),
        ("age", IsNull, Value::Null, &[3]),
        ("active", Equals, json!(false), &[2]),
        ("since", LessThan, json!("2026-01-01T12:30:00+02:00"), &[1]),
        ("since", IsNotNull, Value::Null, &[1, 2]),
        ("id", LessOrEqual, json!(2), &[1, 2]),
        ("created_at", GreaterThan, json!("2000-01-01T00:00:00Z"), &[1, 2, 3]),
    ];
    for (column, operator, value, expected) in cases {
        let found = ids(store, table, when(column, operator, value.clone())).await;
        assert_eq!(found, expected, "{column} {operator:?} {value}");
    }
    let both = [when("active", Equals, json!(true)), when("name", Contains, json!("É"))].concat();
    assert_eq!(ids(store, table, both).await, [0_i64; 0]);
    assert_eq!(store.rows(table, Vec::new(), 1, 1).await.unwrap()[0]["name"], "Émile");
    let kept = &store.rows(table, Vec::new(), 0, 1).await.unwrap()[0];
    assert_eq!(kept["since"], "2026-01-01T10:00:00.000000Z");
    assert_eq!(kept.keys().collect::<Vec<_>>(), ["id", "created_at", "updated_at", "name", "age", "active", "since"]);
}

#[tokio::test]
async fn rows_are_changed_deleted_and_their_numbers_never_used_again() {
    let fixture = fresh().await;
    let (store, table) = (&fixture.store, people(&fixture.store).await.id);
    let adults = || when("age", RowOperator::GreaterThan, json!(30));
    let changed = store.update_rows(table, adults(), object(json!({"active": null, "age": 37})), false).await.unwrap();
    assert_eq!((changed.len(), &changed[0]["name"], &changed[0]["age"]), (1, &json!("Ada"), &json!(37)));
    let nobody = || when("name", RowOperator::Equals, json!("Bob"));
    assert!(store.update_rows(table, nobody(), object(json!({"age": 1})), false).await.unwrap().is_empty());
    let new = store.update_rows(table, nobody(), object(json!({"name": "Bob"})), true).await.unwrap();
    assert_eq!((new[0]["id"].as_i64(), &new[0]["age"]), (Some(4), &Value::Null));
    assert_eq!(store.delete_rows(table, nobody()).await.unwrap(), 1);
    assert_eq!(store.delete_rows(table, Vec::new()).await.unwrap_err().code, ErrorCode::InvalidInput);
    let next = store.insert_rows(table, vec![Config::new()]).await.unwrap();
    assert_eq!(next[0]["id"].as_i64(), Some(5));
    assert_eq!(store.data_tables().await.unwrap()[0].row_count, 4);
    let fixture = fixture.reopen().await;
    assert_eq!(ids(&fixture.store, table, Vec::new()).await, [1, 2, 3, 5]);
    fixture.store.delete_data_table(table).await.unwrap();
    assert_eq!(fixture.store.table("People").await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_its_path_and_nothing_is_kept() {
    let fixture = fresh().await;
    let (store, table) = (&fixture.store, people(&fixture.store).await.id);
    let rows = vec![
        object(json!({"name": "Good"})),
        object(json!({"name": 1, "age": "1", "active": 1, "since": "yesterday", "colour": "red", "id": 9})),
    ];
    let refused = store.insert_rows(table, rows).await.unwrap_err();
    let paths: Vec<_> = refused.problems.iter().map(|problem| problem.path.as_str()).collect();
    let fields = ["name", "age", "active", "since", "colour", "id"].map(|field| format!("rows[1].{field}"));
    assert_eq!((refused.code, paths), (ErrorCode::InvalidInput, fields.iter().map(String::as_str).collect()));
    assert_eq!(store.data_tables().await.unwrap()[0].row_count, 3);
    for condition in [
        when("colour", RowOperator::IsNull, Value::Null),
        when("age", RowOperator::Contains, json!("3")),
        when("age", RowOperator::Equals, json!("36")),
        when("name", RowOperator::Equals, json!({"a": 1})),
    ] {
        assert_eq!(store.rows(table, condition, 0, 1).await.unwrap_err().code, ErrorCode::InvalidInput);
    }
    let column = |name: &str| TableColumn { name: name.to_owned(), kind: ColumnKind::Text };
    for (name, columns) in [
        ("pEOPLE", vec![column("a")]),
        ("", vec![column("a")]),
        ("Empty", vec![]),
        ("Twice", vec![column("a"), column("a")]),
        ("Own", vec![column("id")]),
        ("Long", vec![column(&"x".repeat(65))]),
    ] {
        assert_eq!(store.create_data_table(name, &columns).await.unwrap_err().code, ErrorCode::InvalidInput, "{name}");
    }
}

#[tokio::test]
async fn hostile_names_are_names() {
    let fixture = fresh().await;
    let store = &fixture.store;
    for name in HOSTILE {
        let columns: Vec<_> =
            HOSTILE.iter().map(|name| TableColumn { name: (*name).to_owned(), kind: ColumnKind::Text }).collect();
        let table = store.create_data_table(name, &columns).await.unwrap();
        assert_eq!(store.table(&name.to_uppercase()).await.unwrap(), table, "{name:?}");
        let row: Config = HOSTILE.iter().map(|name| ((*name).to_owned(), json!(name))).collect();
        store.insert_rows(table.id, vec![row.clone(), Config::new()]).await.unwrap();
        for column in HOSTILE {
            for operator in [RowOperator::Equals, RowOperator::Contains] {
                let found = store.rows(table.id, when(column, operator, json!(column)), 0, 9).await.unwrap();
                assert_eq!((found.len(), &found[0][column]), (1, &json!(column)), "{column:?}");
            }
        }
    }
    assert_eq!(store.data_tables().await.unwrap().len(), HOSTILE.len());
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_usable() {
    let fixture = fresh().await;
    let (store, table) = (&fixture.store, people(&fixture.store).await.id);
    let begun = Instant::now();
    for part in 0..10 {
        let rows =
            (0..10_000).map(|row| object(json!({"name": format!("n{}", part * 10_000 + row), "age": row}))).collect();
        store.insert_rows(table, rows).await.unwrap();
    }
    let one = when("name", RowOperator::Equals, json!("n77777"));
    assert_eq!(store.rows(table, one.clone(), 0, 10).await.unwrap().len(), 1);
    assert_eq!(store.rows(table, when("age", RowOperator::LessThan, json!(2)), 5, 100).await.unwrap().len(), 16);
    assert_eq!(store.update_rows(table, one, object(json!({"active": true})), true).await.unwrap().len(), 1);
    assert_eq!(store.delete_rows(table, when("age", RowOperator::GreaterThan, json!(99))).await.unwrap(), 99_000);
    assert_eq!(store.data_tables().await.unwrap()[0].row_count, 1_003);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}
