//! How many jobs and questions a batch makes, and large data.

use bridge_domain::{CodeMode, CodeRequest, Evaluate};
use serde_json::{Value, json};

use crate::support::{Memory, batch, expressions, held, item, object, run_code};

#[tokio::test]
async fn a_page_of_a_thousand_items_is_one_job() {
    let expressions = expressions();
    let config = object(
        json!({"a": "={{ $json.n * 2 }}", "b": "={{ $json.name.toUpperCase() }}", "c": "={{ $itemIndex }}/{{ $json.n + 1 }}"}),
    );
    let batch = batch((0..1_000).map(|n| json!({"n": n, "name": format!("name {n}")})).collect());
    let configs = expressions.parameters(&config, &batch, &Memory::default()).await.unwrap();
    assert_eq!(configs.len(), 1_000);
    let last = configs[999].as_ref().unwrap();
    assert_eq!(Value::Object(last.clone()), json!({"a": 1998, "b": "NAME 999", "c": "999/1000"}));
}

#[tokio::test]
async fn places_in_later_pages_count_from_the_first_item_of_the_input() {
    let mut batch = batch(vec![json!({}), json!({})]);
    batch.first = Some(bridge_domain::ItemRef { input: 1, index: 1_000 });
    let config = object(json!({"a": "={{ $itemIndex }}", "b": "={{ $itemIndex + 0 }}"}));
    let configs = expressions().parameters(&config, &batch, &Memory::default()).await.unwrap();
    assert_eq!(Value::Object(configs[1].as_ref().unwrap().clone()), json!({"a": 1001, "b": 1001}));
    let config = object(json!({"a": "={{ (null).x }}"}));
    let configs = expressions().parameters(&config, &batch, &Memory::default()).await.unwrap();
    assert_eq!(configs[1].as_ref().unwrap_err().item, Some(1001));
}

#[tokio::test]
async fn many_items_of_another_node_are_reached() {
    let memory = Memory { set: (0..50_000).map(|n| item(json!({ "n": n }))).collect(), ..Memory::default() };
    let config = object(
        json!({"last": "={{ $('Set').last().json.n + 1 }}", "sum": "={{ $('Set').all().map(i => i.json.n).sum() }}"}),
    );
    let configs = expressions().parameters(&config, &batch(vec![json!({})]), &memory).await.unwrap();
    let expected = json!({"last": 50_000, "sum": 1_249_975_000});
    assert_eq!(Value::Object(configs[0].as_ref().unwrap().clone()), expected);
}

#[tokio::test]
async fn code_for_all_items_takes_a_hundred_thousand() {
    let text = "x".repeat(80);
    let items = (0..100_000).map(|n| json!({"n": n, "text": text})).collect();
    let batch = batch(items);
    let memory = Memory::default();
    let expressions = expressions();
    for code in [
        "return $input.all().map(i => ({json: {...i.json, twice: i.json.n * 2}, pairedItem: i.json.n}))",
        "for (const i of items) i.json.twice = i.json.n * 2\nreturn items",
    ] {
        let timeout = std::time::Duration::from_secs(60);
        let request = CodeRequest { code, mode: CodeMode::AllItems, batch: &batch, timeout };
        let given = held(expressions.code(request, &memory).await.unwrap()).unwrap();
        assert_eq!(given.len(), 100_000);
        assert_eq!((&given[99_999].0.json["twice"], &given[99_999].1), (&json!(199_998), &vec![99_999]));
    }
}

#[tokio::test]
async fn several_jobs_run_at_once_and_wait_for_each_other() {
    let expressions = expressions();
    let jobs = (0..12).map(|n| {
        let code = format!("return {{n: {n}, sum: Array.from({{length: 20000}}, (_, i) => i).sum()}}");
        let expressions = &expressions;
        async move { run_code(expressions, &code, CodeMode::AllItems, vec![json!({})]).await }
    });
    for (n, given) in futures_util::future::join_all(jobs).await.into_iter().enumerate() {
        assert_eq!(given.unwrap()[0].0, json!({"n": n, "sum": 199_990_000}));
    }
}

/// Prints figures: `cargo test --release -p bridge-expression --test all -- --ignored --nocapture measure`.
#[tokio::test]
#[ignore = "prints figures, proves nothing"]
async fn measure() {
    let expressions = expressions();
    let script =
        object(json!({"a": "={{ $json.n * 2 }}", "b": "={{ $json.name.toUpperCase() }}", "c": "={{ $json.n + 1 }}/x"}));
    let path =
        object(json!({"a": "={{ $json.n }}", "b": "={{ $json.name }}", "c": "={{ $('Set').first().json.n }}/x"}));
    for (what, config) in [("JavaScript", script), ("paths", path)] {
        for count in [1_usize, 1_000] {
            let items = (0..count).map(|n| json!({"n": n, "name": format!("name {n}"), "text": "x".repeat(100)}));
            let batch = batch(items.collect());
            let memory = Memory::default();
            expressions.parameters(&config, &batch, &memory).await.unwrap();
            let rounds = if count == 1 { 200 } else { 20 };
            let started = std::time::Instant::now();
            for _ in 0..rounds {
                expressions.parameters(&config, &batch, &memory).await.unwrap();
            }
            eprintln!("3 expressions, {what}, {count} items: {:?}", started.elapsed() / rounds);
            let started = std::time::Instant::now();
            let line = || async {
                for _ in 0..rounds {
                    expressions.parameters(&config, &batch, &memory).await.unwrap();
                }
            };
            futures_util::future::join_all((0..8).map(|_| line())).await;
            eprintln!("  8 at once: {:?} each", started.elapsed() / rounds / 8);
        }
    }
}
