//! Paths and literals: what the crate evaluates without JavaScript, so that it must do it as JavaScript would.

use bridge_domain::{Binary, ErrorCode, Evaluate};
use bridge_expression::{Expressions, WorkerCommand};
use serde_json::{Value, json};

use crate::support::{Memory, batch, fails, object, sample, table, value_of};

#[tokio::test]
async fn paths_through_the_item() {
    table(vec![
        ("={{ $json.name }}", json!("Ada Lovelace")),
        ("={{$json.name}}", json!("Ada Lovelace")),
        ("={{ $json[\"name\"] }}", json!("Ada Lovelace")),
        ("={{ $json['name'] }}", json!("Ada Lovelace")),
        ("={{ $json['na\\u006de'] }}", json!("Ada Lovelace")),
        ("={{ $json?.name }}", json!("Ada Lovelace")),
        ("={{ $json?.['name'] }}", json!("Ada Lovelace")),
        ("={{ $json . name }}", json!("Ada Lovelace")),
        ("={{ $json.name; }}", json!("Ada Lovelace")),
        ("={{ $json.name /* who */ }}", json!("Ada Lovelace")),
        ("={{ $json.n }}", json!(7)),
        ("={{ $json.price }}", json!(2.5)),
        ("={{ $json.yes }}", json!(true)),
        ("={{ $json.nothing }}", Value::Null),
        ("={{ $json.missing }}", Value::Null),
        ("={{ $json.missing.deeper.still }}", Value::Null),
        ("={{ $json.nothing.deeper }}", Value::Null),
        ("={{ $json.missing?.deeper }}", Value::Null),
        ("={{ $json.nested.a.b[0][\"c d\"] }}", json!("deep")),
        ("={{ $json.nested.a.b[1][\"c d\"] }}", Value::Null),
        ("={{ $json.nested.a }}", json!({"b": [{"c d": "deep"}]})),
        ("={{ $json.list }}", json!([1, 2, 3])),
        ("={{ $json.list[2] }}", json!(3)),
        ("={{ $json.list['1'] }}", json!(2)),
        ("={{ $json.list[9] }}", Value::Null),
        ("={{ $json.list.length }}", json!(3)),
        ("={{ $json.emoji.length }}", json!(4)),
        ("={{ $json.name[0] }}", json!("A")),
        ("={{ $json[1] }}", json!("one")),
        ("={{ $json.big }}", json!(9_007_199_254_740_993_u64)),
        ("={{ $json }}", sample()),
        ("={{ $json.n.toFixed }}", Value::Null),
        ("={{ $json.constructor }}", Value::Null),
        ("={{ $json.__proto__ }}", Value::Null),
    ])
    .await;
}

#[tokio::test]
async fn paths_to_other_nodes_and_values_of_the_step() {
    table(vec![
        ("={{ $('Set').item.json.name }}", json!("first")),
        ("={{ $(\"Set\").item.json['name'] }}", json!("first")),
        ("={{ $('Set').first().json.name }}", json!("first")),
        ("={{ $('Set').last().json.name }}", json!("second")),
        ("={{ $('Set').first(1).json.name }}", json!("other output")),
        ("={{ $('Set').first(2) }}", Value::Null),
        ("={{ $('Set').all() }}", json!([{"json": {"name": "first", "n": 1}}, {"json": {"name": "second", "n": 2}}])),
        ("={{ $('Set').all()[1].json.n }}", json!(2)),
        ("={{ $('Set').all().length }}", json!(2)),
        ("={{ $('Set').item }}", json!({"json": {"name": "first", "n": 1}})),
        ("={{ $node[\"Set\"].json.name }}", json!("first")),
        ("={{ $node.Set.json.name }}", json!("first")),
        ("={{ $items(\"Set\")[0].json.name }}", json!("first")),
        ("={{ $items('Set', 1)[0].json.name }}", json!("other output")),
        ("={{ $items()[0].json.n }}", json!(7)),
        ("={{ $('It\\'s \"odd\"').first().json.ok }}", json!(true)),
        ("={{ $input.item.json.n }}", json!(7)),
        ("={{ $input.first().json.n }}", json!(7)),
        ("={{ $input.last().json.n }}", json!(7)),
        ("={{ $input.all().length }}", json!(1)),
        ("={{ $workflow.name }}", json!("Orders")),
        ("={{ $workflow.active }}", json!(true)),
        ("={{ $execution.mode }}", json!("test")),
        ("={{ $execution.missing }}", Value::Null),
        ("={{ $vars.region }}", json!("eu")),
        ("={{ $vars.limits.max }}", json!(5)),
        ("={{ $env }}", json!({})),
        ("={{ $env.PATH }}", Value::Null),
        ("={{ $env['HOME'] }}", Value::Null),
        ("={{ $itemIndex }}", json!(0)),
        ("={{ $runIndex }}", json!(3)),
        ("={{ $prevNode.name }}", json!("Set")),
        ("={{ $prevNode.outputIndex }}", json!(0)),
        ("={{ $prevNode }}", json!({"name": "Set", "outputIndex": 0, "runIndex": 2})),
        ("={{ $input.params.json }}", json!("={{ $json.x }}")),
        ("={{ $input.params['mode'] }}", json!("raw")),
        ("={{ $('Later').params.url }}", json!("http://example.org")),
        ("={{ $('Later').params.none }}", Value::Null),
        ("={{ $execution.none }}", Value::Null),
        ("={{ $now }}", json!("2026-03-29T12:30:15.250+02:00")),
        ("={{ $today }}", json!("2026-03-29T00:00:00.000+01:00")),
    ])
    .await;
}

#[tokio::test]
async fn literals() {
    table(vec![
        ("={{ 1 }}", json!(1)),
        ("={{ 1.5 }}", json!(1.5)),
        ("={{ -3 }}", json!(-3)),
        ("={{ -0 }}", json!(0)),
        ("={{ 0x10 }}", json!(16)),
        ("={{ 1_000 }}", json!(1000)),
        ("={{ 'text' }}", json!("text")),
        ("={{ \"it's\" }}", json!("it's")),
        ("={{ '\\u{1f600}\\n' }}", json!("😀\n")),
        ("={{ true }}", json!(true)),
        ("={{ false }}", json!(false)),
        ("={{ null }}", Value::Null),
        ("={{ undefined }}", Value::Null),
    ])
    .await;
}

/// Paths need no worker: here there is none.
#[tokio::test]
async fn paths_start_no_process() {
    let command = WorkerCommand { program: "/nowhere/worker".into(), arguments: Vec::new(), size: 1 };
    let expressions = Expressions::new(command);
    assert_eq!(value_of(&expressions, "={{ $('Set').item.json.n }} of {{ $json.n }}").await.unwrap(), json!("1 of 7"));
    assert!(expressions.check("={{ $json.a?.b[0] }} {{ $('X').all() }}").is_empty());
    let failure = fails(&expressions, "={{ $json.n + 1 }}").await;
    assert_eq!(failure.error.code, ErrorCode::Internal);
}

#[tokio::test]
async fn what_other_nodes_cannot_give_is_said_of_the_parameter() {
    let expressions = crate::support::expressions();
    for (text, part) in [
        ("={{ $('Gone').item.json.x }}", "does not exist"),
        ("={{ $('Later').first().json.x }}", "has not run"),
        ("=a {{ $('Gone').first().json.x }}", "does not exist"),
        ("={{ $('Gone').first().json.x + 1 }}", "does not exist"),
        ("={{ $('Later').all().length + 1 }}", "has not run"),
    ] {
        let failure = fails(&expressions, text).await;
        assert!(failure.error.message.contains(part), "{text}: {}", failure.error.message);
        assert!(failure.error.message.contains("“Total”"), "{}", failure.error.message);
        assert_eq!(failure.parameter.as_deref(), Some("value"));
        assert_eq!(failure.item, Some(0));
    }
}

#[tokio::test]
async fn each_item_has_its_own_pair_or_its_own_failure() {
    let batch = batch(vec![json!({"a": 1}), json!({"a": 2}), json!({"a": 3})]);
    for text in ["={{ $('Set').item.json.n }}", "={{ $('Set').item.json.n + 0 }}"] {
        let config = object(json!({ "value": text }));
        let configs = crate::support::expressions();
        let configs = configs.parameters(&config, &batch, &Memory::default()).await.unwrap();
        assert_eq!(configs[0].as_ref().unwrap()["value"], 1);
        assert_eq!(configs[1].as_ref().unwrap()["value"], 2);
        let failure = configs[2].as_ref().unwrap_err();
        assert!(failure.error.message.contains("items 0 and 1"), "{}", failure.error.message);
        assert_eq!(failure.item, Some(2));
    }
}

#[tokio::test]
async fn files_have_their_own_names_and_those_of_n8n() {
    let mut batch = batch(vec![sample()]);
    let file = Binary { hash: "ab".repeat(32), size: 12, mime_type: "text/csv".into(), file_name: "a.b.csv".into() };
    batch.items[0].binary.insert("data".to_owned(), file);
    let config = object(json!({
        "path": "={{ $binary.data.mimeType }} {{ $binary.data.mime_type }} {{ $binary.data.fileExtension }} {{ $binary.data.size }}",
        "script": "={{ [$binary.data.mimeType, $binary.data.mime_type, $binary.data.fileExtension, $binary.data.size].join(' ') }}",
        "missing": "={{ $binary.other.mimeType }}",
        "names": "={{ Object.keys($binary) }}",
    }));
    let configs = crate::support::expressions().parameters(&config, &batch, &Memory::default()).await.unwrap();
    let config = configs[0].as_ref().unwrap();
    assert_eq!(config["path"], "text/csv text/csv csv 12");
    assert_eq!(config["script"], config["path"]);
    assert_eq!(config["missing"], Value::Null);
    assert_eq!(config["names"], json!(["data"]));
}

#[tokio::test]
async fn a_batch_without_items_gives_one_configuration() {
    let memory = Memory::default();
    let config = object(json!({
        "json": "={{ $json.a }}", "script": "={{ ($json.a ?? 'none') + $input.all().length }}",
        "now": "={{ $workflow.name }}", "first": "={{ $('Set').first().json.n }}",
    }));
    let none = batch(Vec::new());
    let expressions = crate::support::expressions();
    let configs = expressions.parameters(&config, &none, &memory).await.unwrap();
    assert_eq!(configs.len(), 1);
    let expected = object(json!({"json": null, "script": "none0", "now": "Orders", "first": 1}));
    assert_eq!(configs[0].as_ref().unwrap(), &expected);
    for text in ["={{ $('Set').item.json.n }}", "={{ $('Set').item.json.n + 1 }}"] {
        let config = object(json!({ "a": text }));
        let configs = expressions.parameters(&config, &none, &memory).await.unwrap();
        let failure = configs[0].as_ref().unwrap_err();
        assert!(failure.error.message.contains("no current item"), "{}", failure.error.message);
        assert_eq!(failure.item, None);
    }
}
