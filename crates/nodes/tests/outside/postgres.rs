//! PostgreSQL over a real server. One server serves all parts of a test.

use bridge_domain::ErrorCode;
use bridge_nodes::testing::TestStep;
use serde_json::json;

use crate::postgres_server::Postgres;
use crate::stage::{Stage, loopback};

#[tokio::test(flavor = "multi_thread")]
async fn postgres_reads_and_changes_rows() {
    let Some(server) = Postgres::start() else { return };
    let stage = Stage::trusting(vec![server.root.clone()]).await;
    values_keep_their_meaning(&server, &stage).await;
    rows_are_written_found_changed_and_deleted(&server, &stage).await;
    hostile_names_and_values_stay_data(&server, &stage).await;
    one_failure_undoes_the_step_or_its_item(&server, &stage).await;
    statements_end_in_time(&server, &stage).await;
    many_rows_flow(&server, &stage).await;
    access_is_checked(&server, &stage).await;
}

async fn values_keep_their_meaning(server: &Postgres, stage: &Stage) {
    let query = "SELECT 7::int2 AS small, 9007199254740993::int8 AS big, 1.50::numeric AS price, -0.00012345678901234567::numeric AS tiny, \
        123456789012345678901234567890.5::numeric AS huge, 0::numeric AS zero, 0.1::float8 AS float, 'NaN'::float8 AS nan, true AS yes, NULL::int AS nothing, \
        'ä \"x\"'::text AS words, '{\"a\": [1, null]}'::jsonb AS tree, ARRAY['a', NULL, 'b,c'] AS list, ARRAY[1,2]::int[] AS numbers, \
        '\\x00ff'::bytea AS bytes, '5f0c1f4e-6f0e-4a8e-9c65-111111111111'::uuid AS id, \
        '2026-11-01 10:00:00.5+02'::timestamptz AS moment, '2026-11-01 10:00:00'::timestamp AS local, 'infinity'::timestamptz AS never, \
        '2024-02-29'::date AS day, '23:59:59.25'::time AS hour, '1 month 2 days 03:00:00'::interval AS span";
    let rows = server.rows(stage, query, json!([])).await;
    assert_eq!(
        rows,
        [json!({
            "small": 7, "big": "9007199254740993", "price": "1.50", "tiny": "-0.00012345678901234567",
            "huge": "123456789012345678901234567890.5", "zero": "0", "float": 0.1, "nan": "NaN", "yes": true, "nothing": null,
            "words": "ä \"x\"", "tree": { "a": [1, null] }, "list": ["a", null, "b,c"], "numbers": [1, 2],
            "bytes": "AP8=", "id": "5f0c1f4e-6f0e-4a8e-9c65-111111111111",
            "moment": "2026-11-01T08:00:00.5Z", "local": "2026-11-01T10:00:00", "never": "infinity",
            "day": "2024-02-29", "hour": "23:59:59.25", "span": "P1M2DT10800S"
        })]
    );
    let query = "SELECT $1::int + 1 AS number, $2::text[] AS list, $3::jsonb AS tree, $4::bytea AS bytes, $5::timestamptz AS moment, \
        $6::numeric AS price, $7::bool AS yes, $8 AS nothing, $9::int AS whole";
    let values =
        json!([41, ["a\"b", null, "c\\d", "{e}"], { "x": "'" }, "AP8=", "2026-11-01T08:00:00Z", 1.25, true, null, 5.0]);
    let rows = server.rows(stage, query, values).await;
    assert_eq!(
        rows,
        [json!({
            "number": 42, "list": ["a\"b", null, "c\\d", "{e}"], "tree": { "x": "'" }, "bytes": "AP8=",
            "moment": "2026-11-01T08:00:00Z", "price": "1.25", "yes": true, "nothing": null, "whole": 5
        })]
    );
}

async fn rows_are_written_found_changed_and_deleted(server: &Postgres, stage: &Stage) {
    server.rows(stage, "CREATE TABLE people (id serial PRIMARY KEY, name text, age int)", json!([])).await;
    let mut insert = server.step(
        json!({ "table": "people", "values": {} }),
        json!([{ "name": "Ada", "age": 36 }, { "name": "Bob", "age": null }, { "name": "Cy", "age": 20 }, { "name": "Di", "age": 50 }]),
    );
    stage.run("postgres.insert_rows", &mut insert).await.unwrap();
    assert_eq!(insert.output(0)[0], json!({ "id": 1, "name": "Ada", "age": 36 }));
    assert_eq!(insert.output(0).len(), 4);
    let select = json!({
        "table": "people", "sort_by": "age", "order": "descending", "limit": 2,
        "conditions": [{ "column": "age", "operator": "greater_than", "value": 10 }, { "column": "name", "operator": "not_equals", "value": "Cy" }]
    });
    let mut step = server.step(select, json!([{}]));
    stage.run("postgres.select_rows", &mut step).await.unwrap();
    let names: Vec<_> = step.output(0).iter().map(|row| row["name"].clone()).collect();
    assert_eq!(names, ["Di", "Ada"]);
    let update = json!({ "table": "people", "values": { "age": 37 }, "conditions": [{ "column": "name", "operator": "equals", "value": "={{ $json.who }}" }] });
    let mut step = server.step(update.clone(), json!([{ "who": "Ada" }]));
    stage.run("postgres.update_rows", &mut step).await.unwrap();
    assert_eq!(step.output(0), [json!({ "id": 1, "name": "Ada", "age": 37 })]);
    // An expression that finds nothing must not mean other rows.
    let failure = stage.run("postgres.update_rows", &mut server.step(update, json!([{}]))).await.unwrap_err();
    assert_eq!(failure.parameter.as_deref(), Some("conditions[0].value"));
    let delete = json!({ "table": "people", "conditions": [{ "column": "age", "operator": "is_null" }] });
    let mut step = server.step(delete, json!([{}]));
    stage.run("postgres.delete_rows", &mut step).await.unwrap();
    assert_eq!(step.output(0), [json!({ "deleted": 1 })]);
    let failure = stage
        .run("postgres.delete_rows", &mut server.step(json!({ "table": "people", "conditions": [] }), json!([{}])))
        .await;
    assert_eq!(failure.unwrap_err().parameter.as_deref(), Some("conditions"));
    // Without items there is nothing to do, and nobody is asked.
    let mut idle = TestStep::new(json!({ "table": "people" }), Vec::new());
    stage.run("postgres.insert_rows", &mut idle).await.unwrap();
    assert!(idle.puts.is_empty());
}

async fn hostile_names_and_values_stay_data(server: &Postgres, stage: &Stage) {
    server.rows(stage, "CREATE TABLE \"odd \"\" name\" (\"a;b\" text)", json!([])).await;
    for hostile in ["'; DROP TABLE people; --", "\\'); SELECT pg_sleep(9); --", "$1", "\"", "{NULL}"] {
        let mut step = server.step(
            json!({ "table": "odd \" name", "values": { "a;b": "={{ $json.text }}" } }),
            json!([{ "text": hostile }]),
        );
        stage.run("postgres.insert_rows", &mut step).await.unwrap();
        assert_eq!(step.output(0), [json!({ "a;b": hostile })]);
    }
    let mut step = server.step(json!({ "table": "people\"; DROP TABLE people; --" }), json!([{}]));
    assert_eq!(stage.run("postgres.select_rows", &mut step).await.unwrap_err().error.code, ErrorCode::NotFound);
    let left = server.rows(stage, "SELECT count(*) AS n FROM people", json!([])).await;
    assert_eq!(left, [json!({ "n": 3 })]);
    let failure = stage
        .run("postgres.execute_query", &mut server.step(json!({ "query": "SELECT 1; SELECT 2" }), json!([{}])))
        .await;
    assert!(failure.is_err(), "two statements");
    let nul = json!({ "query": "SELECT $1::text AS x", "query_parameters": ["a\u{0}b"] });
    assert!(stage.run("postgres.execute_query", &mut server.step(nul, json!([{}]))).await.is_err());
}

async fn one_failure_undoes_the_step_or_its_item(server: &Postgres, stage: &Stage) {
    let config = json!({ "query": "INSERT INTO people (name, age) VALUES ('new', $1::int)", "query_parameters": "=[{{ $json.age }}]" });
    let input = json!([{ "age": 1 }, { "age": "\"old\"" }, { "age": 3 }]);
    let count = "SELECT count(*) AS n FROM people WHERE name = 'new'";
    let failure =
        stage.run("postgres.execute_query", &mut server.step(config.clone(), input.clone())).await.unwrap_err();
    assert_eq!((failure.item, failure.error.code), (Some(1), ErrorCode::ServiceFailed));
    assert_eq!(server.rows(stage, count, json!([])).await, [json!({ "n": 0 })]);
    let mut step = server.step(config, input);
    step.continues = true;
    stage.run("postgres.execute_query", &mut step).await.unwrap();
    assert_eq!(step.failures.len(), 1);
    assert_eq!(server.rows(stage, count, json!([])).await, [json!({ "n": 2 })]);
    let wrong = stage
        .run("postgres.execute_query", &mut server.step(json!({ "query": "SELEC 1" }), json!([{}])))
        .await
        .unwrap_err();
    assert_eq!((wrong.parameter.as_deref(), wrong.position), (Some("query"), Some(0)));
    let few = json!({ "query": "SELECT $1::int + $2::int", "query_parameters": [1] });
    let few = stage.run("postgres.execute_query", &mut server.step(few, json!([{}]))).await.unwrap_err();
    assert_eq!(few.parameter.as_deref(), Some("query_parameters"));
}

async fn statements_end_in_time(server: &Postgres, stage: &Stage) {
    let slow = json!({ "query": "SELECT pg_sleep(600)", "timeout_seconds": 1 });
    let failure = stage.run("postgres.execute_query", &mut server.step(slow, json!([{}]))).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::Timeout);
}

async fn many_rows_flow(server: &Postgres, stage: &Stage) {
    let rows = server
        .rows(stage, "SELECT n, repeat('x', 100) AS text FROM generate_series(1, $1::int) AS n", json!([20_000]))
        .await;
    assert_eq!(rows.len(), 20_000);
    assert_eq!(rows[19_999]["n"], 20_000);
}

async fn access_is_checked(server: &Postgres, stage: &Stage) {
    let query = json!({ "query": "SELECT 1 AS one" });
    let mut step = server.step(query.clone(), json!([{}]));
    step.grants.clear();
    let failure = stage.run("postgres.execute_query", &mut step).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::NotGranted);
    assert_eq!(failure.grant.map(|grant| *grant), Some(loopback(server.port)));
    let mut step = server.step(query.clone(), json!([{}]));
    let url = format!("postgres://bridge:wrong%20words@localhost:{}/postgres", server.port);
    step.credential = Some(server.with_url(&url));
    let failure = stage.run("postgres.execute_query", &mut step).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::KeyRejected);
    assert!(!format!("{failure:?}").contains("wrong words"));
    // A server whose certificate nobody vouches for.
    let doubtful = Stage::new().await;
    let failure =
        doubtful.run("postgres.execute_query", &mut server.step(query.clone(), json!([{}]))).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::TlsFailed);
    let mut plain = server.step(query, json!([{}]));
    plain.credential = Some(server.credential("?sslmode=disable"));
    stage.run("postgres.execute_query", &mut plain).await.unwrap();
    assert_eq!(plain.output(0), [json!({ "one": 1 })]);
}
