//! If, Switch and Filter.

use serde_json::{Value, json};

use super::{first, run};

/// Whether a condition holds; the message where it cannot be said.
async fn holds(left: Value, operator: &str, right: Value, more: Value) -> Result<bool, String> {
    let mut condition = json!({ "left": left, "operator": operator, "right": right });
    let ignore_case = more["ignore_case"].clone();
    if let Some(kind) = more.get("as") {
        condition["compare_as"] = kind.clone();
    }
    let config = json!({ "conditions": [condition], "ignore_case": ignore_case });
    first("filter", "keep", config, json!([{}])).await.map(|kept| !kept.is_empty())
}

#[tokio::test]
async fn comparisons_look_at_what_the_values_are() {
    let none = json!({});
    let table = [
        (json!(100), "equals", json!("100"), true),
        (json!(3), "equals", json!(3.0), true),
        (json!("007"), "equals", json!("7"), false),
        (json!("a"), "equals", json!("A"), false),
        (json!(true), "equals", json!("true"), true),
        (Value::Null, "equals", Value::Null, true),
        (Value::Null, "equals", json!(0), false),
        (Value::Null, "not_equals", json!("x"), true),
        (json!("9"), "less_than", json!("10"), true),
        (json!("9"), "greater_than", json!(10), false),
        (json!(9_007_199_254_740_993_i64), "greater_than", json!(9_007_199_254_740_992_i64), true),
        (json!("b"), "greater_or_equal", json!("a"), true),
        (Value::Null, "less_than", json!(1), false),
        (json!("2026-01-01T00:00:00+02:00"), "less_than", json!("2026-01-01T00:00:00Z"), true),
        (json!("2026-01-02"), "after", json!("2026-01-01T12:00:00Z"), true),
        (json!(1_767_225_600), "before", json!("2027-01-01"), true),
        (json!("abc"), "contains", json!("b"), true),
        (json!([1, "2"]), "contains", json!(2), true),
        (json!({ "__proto__": 1 }), "contains", json!("__proto__"), true),
        (Value::Null, "contains", json!("a"), false),
        (json!("abc"), "not_contains", json!("z"), true),
        (json!("abc"), "starts_with", json!("ab"), true),
        (json!("abc"), "not_ends_with", json!("c"), false),
        (json!("Order 12"), "matches", json!("^order \\d+$"), false),
        (json!("Order 12"), "matches", json!("/^order \\d+$/i"), true),
        (json!("x"), "not_matches", json!("y"), true),
        (json!([1, 2]), "length_equals", json!("2"), true),
        (json!("äö"), "length_less_than", json!(3), true),
        (json!(0), "exists", Value::Null, true),
        (Value::Null, "not_exists", Value::Null, true),
        (json!(""), "is_empty", Value::Null, true),
        (json!([]), "is_not_empty", Value::Null, false),
        (json!("true"), "is_true", Value::Null, true),
        (json!(false), "is_false", Value::Null, true),
    ];
    for (left, operator, right, expected) in table {
        let found = holds(left.clone(), operator, right.clone(), none.clone()).await;
        assert_eq!(found, Ok(expected), "{left} {operator} {right}");
    }
}

#[tokio::test]
async fn case_and_kind_can_be_chosen() {
    let fold = json!({ "ignore_case": true });
    assert_eq!(holds(json!("ÄB"), "equals", json!("äb"), fold.clone()).await, Ok(true));
    assert_eq!(holds(json!("AB"), "matches", json!("^ab$"), fold.clone()).await, Ok(true));
    assert_eq!(holds(json!("Abc"), "ends_with", json!("BC"), fold).await, Ok(true));
    assert_eq!(holds(json!("9"), "less_than", json!("10"), json!({ "as": "text" })).await, Ok(false));
    assert_eq!(holds(json!("7.0"), "equals", json!("7"), json!({ "as": "number" })).await, Ok(true));
    let same = (json!("2026-01-01T01:00:00+01:00"), json!("2026-01-01T00:00:00Z"));
    assert_eq!(holds(same.0, "equals", same.1, json!({ "as": "date" })).await, Ok(true));
}

#[tokio::test]
async fn what_cannot_be_compared_is_an_error() {
    let none = json!({});
    for (left, operator, right, says) in [
        (json!("abc"), "greater_than", json!(5), "cannot be ordered"),
        (json!([1]), "less_than", json!(5), "cannot be ordered"),
        (json!("soon"), "after", json!("2026-01-01"), "a date"),
        (json!("x"), "matches", json!("("), "pattern"),
        (json!("x"), "matches", json!("(?=a)b"), "pattern"),
        (json!("x"), "is_true", Value::Null, "true or false"),
        (json!("x"), "resembles", json!("y"), "operator"),
    ] {
        let failure = holds(left, operator, right, none.clone()).await.unwrap_err();
        assert!(failure.contains(says), "{operator}: {failure}");
    }
}

#[tokio::test]
async fn items_leave_by_the_output_of_their_conditions_and_keep_their_origin() {
    let condition = json!([{ "left": "={{ $json.n }}", "operator": "greater_than", "right": 1 }]);
    let input = json!([{ "n": 1 }, { "n": 2 }, { "n": 3 }, {}]);
    let step = run("if", "check", json!({ "conditions": condition }), input).await.unwrap();
    assert_eq!(step.output(0), [json!({ "n": 2 }), json!({ "n": 3 })]);
    assert_eq!(step.output(1), [json!({ "n": 1 }), json!({})]);
    assert_eq!(step.origins(0), [[(0, 1)], [(0, 2)]]);
    assert_eq!(step.origins(1), [[(0, 0)], [(0, 3)]]);
    assert_eq!(step.progress, 4);
}

#[tokio::test]
async fn all_or_any_condition_must_hold() {
    let conditions = json!([{ "left": 1, "right": 1 }, { "left": 1, "operator": "equals", "right": 2 }]);
    let kept =
        |combine: &str| first("filter", "keep", json!({ "conditions": conditions, "combine": combine }), json!([{}]));
    assert!(kept("all").await.unwrap().is_empty());
    assert_eq!(kept("any").await.unwrap().len(), 1);
}

#[tokio::test]
async fn switch_takes_the_first_rule_or_all_and_falls_back() {
    let rules = json!([
        { "left": "={{ $json.n }}", "operator": "greater_than", "right": 1 },
        { "left": "={{ $json.n }}", "operator": "greater_than", "right": 5 }
    ]);
    let input = json!([{ "n": 0 }, { "n": 3 }, { "n": 9 }]);
    let step = run("switch", "route", json!({ "rules": rules }), input.clone()).await.unwrap();
    assert_eq!((step.output(0).len(), step.output(1).len(), step.output(4).len()), (2, 0, 1));
    let step = run("switch", "route", json!({ "rules": rules, "send_to": "all_matches" }), input).await.unwrap();
    assert_eq!((step.output(0).len(), step.output(1).len(), step.output(4).len()), (2, 1, 1));
    assert_eq!(step.origins(1), [[(0, 2)]]);
}
