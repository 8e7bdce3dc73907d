//! Texts with expressions in them, and where in a configuration they stand.

use bridge_domain::{ErrorCode, Evaluate};
use serde_json::json;

use crate::support::{Memory, batch, expressions, fails, object, table};

#[tokio::test]
async fn values_amid_text() {
    table(vec![
        ("=plain", json!("plain")),
        ("=", json!("")),
        ("no expression {{ 1 }}", json!("no expression {{ 1 }}")),
        (" ={{ 1 }}", json!(" ={{ 1 }}")),
        ("=Hello {{ $json.name }}!", json!("Hello Ada Lovelace!")),
        ("={{ $json.n }}{{ $json.n }}", json!("77")),
        ("= {{ $json.n }}", json!(" 7")),
        ("={{ $json.n }}\n", json!("7\n")),
        ("=[{{ $json.missing }}|{{ $json.nothing }}|{{ undefined }}|{{ null }}]", json!("[|||]")),
        ("=[{{ $json.missing + 'x' }}]", json!("[undefinedx]")),
        ("={{ $json.list }} and {{ $json.nested.a }}", json!("[1,2,3] and {\"b\":[{\"c d\":\"deep\"}]}")),
        ("={{ [1, {a: 2}] }} ok", json!("[1,{\"a\":2}] ok")),
        ("={{ true }} {{ false }}", json!("true false")),
        ("={{ $json.price }} {{ 1.0 }} {{ 1e21 }} {{ 1/0 }}", json!("2.5 1 1e+21 ")),
        ("=\\{{ $json.n }} is {{ $json.n }}", json!("{{ $json.n }} is 7")),
        ("=}} {{ '}}' }} {", json!("}} }} {")),
        ("={\"a\": {\"b\": {{ $json.n }}}}", json!("{\"a\": {\"b\": 7}}")),
        ("={{ `${$json.n}}}` }}", json!("7}}")),
        ("={{ {a: {b: $json.n}} }}", json!({"a": {"b": 7}})),
        ("={{ { a: 1, 'b}}': 2 }}}", json!({"a": 1, "b}}": 2})),
        ("=ü {{ $json.emoji }} 😀", json!("ü a😀b 😀")),
        ("={{ $now }} .", json!("2026-03-29T12:30:15.250+02:00 .")),
        ("={{ $now.plus(1, 'day') }} .", json!("2026-03-30T12:30:15.250+02:00 .")),
    ])
    .await;
}

#[tokio::test]
async fn objects_and_lists_are_walked_and_keep_their_order() {
    let config = object(json!({
        "z": "={{ $json.a }}",
        "a": {"list": ["={{ $json.a + 1 }}", 5, null, {"deep": ["=x{{ $json.a }}"]}], "={{ $json.a }}": "key"},
        "plain": "text", "number": 1.5, "flag": false,
    }));
    let batch = batch(vec![json!({"a": 1}), json!({"a": "é"})]);
    let configs = expressions().parameters(&config, &batch, &Memory::default()).await.unwrap();
    let texts: Vec<_> = configs.iter().map(|config| serde_json::to_string(config.as_ref().unwrap()).unwrap()).collect();
    let expected = [
        r#"{"z":1,"a":{"list":[2,5,null,{"deep":["x1"]}],"={{ $json.a }}":"key"},"plain":"text","number":1.5,"flag":false}"#,
        r#"{"z":"é","a":{"list":["é1",5,null,{"deep":["xé"]}],"={{ $json.a }}":"key"},"plain":"text","number":1.5,"flag":false}"#,
    ];
    assert_eq!(texts, expected);
}

#[tokio::test]
async fn one_bad_item_does_not_spoil_the_others() {
    let config =
        object(json!({"fields": {"total": "=Sum: {{ $json.a.b.c }} {{ $json.a.b.c.toFixed(1) }}", "n": "={{ 1 }}"}}));
    let items = vec![json!({"a": {"b": {"c": 1}}}), json!({}), json!({"a": {"b": {"c": 2}}})];
    let configs = expressions().parameters(&config, &batch(items), &Memory::default()).await.unwrap();
    assert_eq!(configs[0].as_ref().unwrap()["fields"]["total"], "Sum: 1 1.0");
    assert_eq!(configs[2].as_ref().unwrap()["fields"]["total"], "Sum: 2 2.0");
    let failure = configs[1].as_ref().unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::ExpressionFailed);
    assert_eq!(failure.parameter.as_deref(), Some("fields.total"));
    assert_eq!(failure.item, Some(1));
    assert!(failure.error.message.contains("“fields.total” of “Total”"), "{}", failure.error.message);
    assert!(failure.error.message.contains("`$json.a` is missing"), "{}", failure.error.message);
    assert!(failure.error.hint.contains("?."), "{}", failure.error.hint);
    let text = "=Sum: {{ $json.a.b.c }} {{ $json.a.b.c.toFixed(1) }}";
    let position = failure.position.unwrap() as usize;
    assert!((27..40).contains(&position), "{position}: {}", &text[position..]);
}

#[tokio::test]
async fn faults_name_parameter_and_place() {
    let expressions = expressions();
    for (text, position, part) in [
        ("=😀 {{ $json.a", 4, "never closed"),
        ("={{ 'abc }}", 4, "quotation mark"),
        ("={{ }}", 1, "nothing between"),
        ("={{ ) }}", 4, "closes nothing"),
        ("=😀 {{ 1 + * 2 }}", 11, "unexpected"),
        ("={{ 1\n + }}", 6, "unexpected"),
        ("={{ $json.a b }}", 12, "expect"),
        ("=é{{ (null).x }}", 9, "null"),
        ("=é{{ (() => { throw new Error('my own words') })() }}", 24, "my own words"),
        ("={{ (() => { throw 'words' })() }}", 4, "words"),
        ("={{ (() => { throw {a: 1} })() }}", 4, "{\"a\":1}"),
        ("={{ unknown.field }}", 4, "unknown is not defined"),
        ("={{ $json.name.nope() }}", 15, "not a function"),
        ("={{ Promise.resolve(1) }}", 4, "promise"),
    ] {
        let failure = fails(&expressions, text).await;
        assert_eq!(failure.error.code, ErrorCode::ExpressionFailed);
        assert!(failure.error.message.contains(part), "{text}: {}", failure.error.message);
        assert_eq!(failure.parameter.as_deref(), Some("value"), "{text}");
        let found = i64::from(failure.position.unwrap());
        assert!((found - position).abs() <= 4, "{text}: {found} instead of {position}: {}", failure.error.message);
    }
}
