//! Merge.

use serde_json::{Value, json};

use super::run_inputs;

async fn merge(config: Value, inputs: &[Value]) -> (Value, Vec<Vec<(u32, u32)>>) {
    let step = run_inputs("merge", "combine", config, inputs.to_vec()).await.unwrap();
    (Value::Array(step.output(0)), step.origins(0))
}

#[tokio::test]
async fn branches_are_appended_paired_or_the_first_is_taken() {
    let inputs = [json!([]), json!([{ "a": 1 }, { "a": 2 }]), json!([{ "b": 3 }])];
    let (items, origins) = merge(json!({}), &inputs).await;
    assert_eq!(items, json!([{ "a": 1 }, { "a": 2 }, { "b": 3 }]));
    assert_eq!(origins, [[(1, 0)], [(1, 1)], [(2, 0)]]);
    assert_eq!(merge(json!({ "mode": "first" }), &inputs).await.0, json!([{ "a": 1 }, { "a": 2 }]));
    let (items, origins) = merge(json!({ "mode": "by_position" }), &inputs[1..]).await;
    assert_eq!((items, origins), (json!([{ "a": 1, "b": 3 }]), vec![vec![(0, 0), (1, 0)]]));
    let unpaired = json!({ "mode": "by_position", "keep_unpaired": true });
    assert_eq!(merge(unpaired, &inputs[1..]).await.0, json!([{ "a": 1, "b": 3 }, { "a": 2 }]));
}

#[tokio::test]
async fn branches_are_matched_by_a_field() {
    let left = json!([{ "id": 1, "l": "a" }, { "id": 2, "l": "b" }, { "l": "none" }]);
    let right = json!([{ "id": 2, "r": "x" }, { "id": 2.0, "r": "y" }, { "id": 3, "r": "z" }, { "id": null }]);
    let ids = |items: Value| {
        items.as_array().unwrap().iter().map(|item| format!("{}{}", item["l"], item["r"])).collect::<Vec<_>>()
    };
    let table: [(&str, &[&str]); 5] = [
        ("inner", &["\"b\"\"x\"", "\"b\"\"y\""]),
        ("left", &["\"a\"null", "\"b\"\"x\"", "\"b\"\"y\"", "\"none\"null"]),
        ("right", &["\"b\"\"x\"", "\"b\"\"y\"", "null\"z\"", "nullnull"]),
        ("outer", &["\"a\"null", "\"b\"\"x\"", "\"b\"\"y\"", "\"none\"null", "null\"z\"", "nullnull"]),
        ("non_matches", &["\"a\"null", "\"none\"null", "null\"z\"", "nullnull"]),
    ];
    for (join, expected) in table {
        let (items, origins) = merge(json!({ "mode": "by_field", "join": join }), &[left.clone(), right.clone()]).await;
        assert_eq!(ids(items), expected, "{join}");
        assert!(origins.iter().all(|from| !from.is_empty()), "{join}");
    }
    let once = json!({ "mode": "by_field", "several_matches": "first" });
    assert_eq!(merge(once, &[left, right]).await.1, [[(0, 1), (1, 0)]]);
}

#[tokio::test]
async fn names_may_differ_and_values_be_compared_loosely() {
    let left = json!([{ "o": { "id": "3" }, "name": "left" }]);
    let right = json!([{ "ref": 3, "name": "right" }]);
    let inputs = [left, right];
    let config = json!({ "mode": "by_field", "field": "o.id", "other_field": "ref" });
    assert_eq!(merge(config.clone(), &inputs).await.0, json!([]));
    let mut loosely = config;
    loosely["compare_loosely"] = true.into();
    assert_eq!(merge(loosely.clone(), &inputs).await.0, json!([{ "o": { "id": "3" }, "name": "right", "ref": 3 }]));
    loosely["same_name"] = "number".into();
    let numbered = json!([{ "o": { "id": "3" }, "name_1": "left", "ref": 3, "name_2": "right" }]);
    assert_eq!(merge(loosely.clone(), &inputs).await.0, numbered);
    loosely["same_name"] = "first".into();
    assert_eq!(merge(loosely, &inputs).await.0[0]["name"], "left");
}

#[tokio::test]
async fn all_combinations_are_made_up_to_a_cap() {
    let (items, origins) = merge(
        json!({ "mode": "all_combinations" }),
        &[json!([{ "a": 1 }, { "a": 2 }]), json!([{ "b": 3 }, { "b": 4 }])],
    )
    .await;
    assert_eq!(items.as_array().unwrap().len(), 4);
    assert_eq!(origins[1], [(0, 0), (1, 1)]);
    let many: Value = (0..1_001).map(|n| json!({ "n": n, "same": 1 })).collect();
    for config in [json!({ "mode": "all_combinations" }), json!({ "mode": "by_field", "field": "same" })] {
        let failure = run_inputs("merge", "combine", config, vec![many.clone(), many.clone()]).await.err().unwrap();
        assert_eq!(failure.error.code, bridge_domain::ErrorCode::LimitReached);
    }
}
