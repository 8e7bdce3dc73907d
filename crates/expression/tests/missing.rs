//! What is said of fields that are not there.

use bridge_domain::{CodeMode, Evaluate, StepFailure};
use serde_json::{Value, json};

use crate::support::{Memory, batch, expressions, object, run_code};

async fn failure(text: &str, json: Value) -> StepFailure {
    let config = object(json!({ "a": text }));
    let batch = batch(vec![json]);
    let configs = expressions().parameters(&config, &batch, &Memory::default()).await.unwrap();
    configs[0].clone().expect_err(text)
}

#[tokio::test]
async fn the_missing_path_is_named_and_a_near_field_offered() {
    let data = json!({
        "customerName": "Ada", "order": {"line_items": [{"sku": 1}], "id": 7}, "null": null, "first name": "A", "tags": []
    });
    for (text, path, read, meant) in [
        ("={{ $json.missing.isEmpty() }}", "$json.missing", "isEmpty", None),
        ("={{ $json.customername.toUpperCase() }}", "$json.customername", "toUpperCase", Some("$json.customerName")),
        ("={{ $json.customer_name.length + 1 }}", "$json.customer_name", "length", Some("$json.customerName")),
        (
            "={{ 1 + $json.order.lineItems.map(x => x) }}",
            "$json.order.lineItems",
            "map",
            Some("$json.order.line_items"),
        ),
        ("={{ $json.ordr.id.toFixed() }}", "$json.ordr", "id", Some("$json.order")),
        ("={{ $json.order.line_items[3].sku.x() }}", "$json.order.line_items[3]", "sku", None),
        ("={{ $json['customerNam'].trim() }}", "$json['customerNam']", "trim", None),
        ("={{ $json.firstName.trim() }}", "$json.firstName", "trim", Some("$json[\"first name\"]")),
        ("={{ $input.item.json.tag.join() }}", "$input.item.json.tag", "join", Some("$input.item.json.tags")),
        ("={{ $('Set').first().json.nam.trim() }}", "$('Set').first().json.nam", "trim", None),
        ("={{ $json.order.id && $json.zip.trim() }}", "$json.zip", "trim", None),
        ("={{ $json?.order?.x.trim() }}", "$json?.order?.x", "trim", None),
    ] {
        let error = failure(text, data.clone()).await.error;
        let said = format!("`{path}` is missing, so `{read}` cannot be read from it");
        assert!(error.message.contains(&said), "{text}: {}", error.message);
        assert!(error.hint.contains(&format!("`{path}?.{read}`")), "{text}: {}", error.hint);
        match meant {
            Some(meant) => assert!(error.hint.contains(&format!("Did you mean `{meant}`?")), "{text}: {}", error.hint),
            None => assert!(!error.hint.contains("Did you mean"), "{text}: {}", error.hint),
        }
    }
    let error = failure("={{ $json.null.trim() }}", data.clone()).await.error;
    assert!(error.message.contains("`$json.null` is null, so"), "{}", error.message);
}

#[tokio::test]
async fn what_cannot_be_known_is_left_in_the_interpreters_words() {
    let data = json!({"list": [{}], "a": {"b": 1}});
    for text in [
        "={{ $json.list.map(entry => entry.name.trim()) }}",
        "={{ (x => x.trim())($json.gone) }}",
        "={{ (null).trim() + '$json.gone.trim()' }}",
        "={{ $json.a.b.trim === 1 ? 0 : (undefined).trim() }}",
    ] {
        let error = failure(text, data.clone()).await.error;
        assert!(error.message.contains("cannot read property 'trim' of"), "{text}: {}", error.message);
    }
    // As n8n has it, a path alone gives nothing.
    let config = object(json!({"a": "={{ $json.gone.further }}"}));
    let configs = expressions().parameters(&config, &batch(vec![data]), &Memory::default()).await.unwrap();
    assert_eq!(configs[0].as_ref().unwrap()["a"], Value::Null);
}

#[tokio::test]
async fn code_names_it_too() {
    let code = "const name = $json.customer.name\nreturn {name}";
    let failure = run_code(&expressions(), code, CodeMode::EachItem, vec![json!({})]).await.unwrap_err();
    let message = &failure.error.message;
    assert!(message.contains("line 1: `$json.customer` is missing, so `name` cannot be read from it."), "{message}");
}

#[tokio::test]
async fn what_to_do_about_an_item_without_a_pair_is_said_for_paths_and_javascript() {
    for text in ["={{ $('Set').item.json.n }}", "={{ $('Set').item.json.n + 1 }}"] {
        let config = object(json!({ "a": text }));
        let batch = batch(vec![json!({}), json!({}), json!({})]);
        let configs = expressions().parameters(&config, &batch, &Memory::default()).await.unwrap();
        let error = &configs[2].as_ref().unwrap_err().error;
        assert!(error.message.contains("It came from items 0 and 1"), "{}", error.message);
        assert_eq!(error.hint, "Use .all().", "{text}");
    }
}
