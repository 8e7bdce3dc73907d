//! 100,000 items, in time that grows with their number only.

use std::time::{Duration, Instant};

use bridge_domain::Item;
use serde_json::{Value, json};

use super::executor;
use crate::testing::{TestStep, item};

fn many(count: usize) -> Vec<Item> {
    (0..count)
        .map(|n| item(json!({ "id": n, "group": n % 100, "text": format!("row {}", n * 7_919 % count) })))
        .collect()
}

async fn time(connector: &str, action: &str, config: &Value, count: usize) -> Duration {
    let mut step = TestStep::with_inputs(config.clone(), vec![many(count), many(count)]);
    step.page = 1_000;
    let start = Instant::now();
    step.run(executor(connector, action).as_ref()).await.unwrap();
    assert!(!step.puts.is_empty(), "{connector}.{action}");
    start.elapsed()
}

/// Ten times the items may take thirty times as long on a busy machine; with a quadratic algorithm it is a hundred.
#[tokio::test]
async fn nodes_are_linear() {
    let condition = json!([{ "left": "={{ $json.text }}", "operator": "matches", "right": "\\d+$" }]);
    let nodes = [
        ("if", "check", json!({ "conditions": condition })),
        ("set", "set_fields", json!({ "fields": { "a.b": "={{ $json.id }}" } })),
        ("sort", "sort_items", json!({ "by": [{ "field": "text", "compare_as": "natural" }] })),
        ("limit", "limit_items", json!({ "max_items": 10, "keep": "last" })),
        ("aggregate", "collect", json!({ "field": "id" })),
        (
            "aggregate",
            "summarize",
            json!({ "calculations": [{ "operation": "sum", "field": "id" }], "group_by": "text" }),
        ),
        ("remove_duplicates", "remove", json!({})),
        ("merge", "combine", json!({ "mode": "by_field", "join": "outer" })),
        ("merge", "combine", json!({ "mode": "by_field", "join": "non_matches", "field": "none" })),
    ];
    for (connector, action, config) in nodes {
        let few = time(connector, action, &config, 5_000).await.max(Duration::from_millis(20));
        let all = time(connector, action, &config, 50_000).await;
        assert!(all < few * 30, "{connector}.{action}: {few:?}, then {all:?}");
    }
}
