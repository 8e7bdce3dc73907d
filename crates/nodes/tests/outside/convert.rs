//! Items turned into files, and back again.

use bridge_domain::{Item, StepFailure};
use bridge_nodes::testing::{TestStep, items};
use serde_json::{Value, json};

use crate::stage::Stage;

async fn convert(stage: &Stage, kind: &str, config: Value, input: Value) -> Result<Vec<Item>, StepFailure> {
    let mut step = TestStep::new(config, items(input));
    stage.run(&format!("convert_to_file.{kind}"), &mut step).await?;
    Ok(step.puts.into_iter().map(|put| put.item).collect())
}

async fn text(stage: &Stage, item: &Item) -> String {
    String::from_utf8(stage.content(&item.binary["data"]).await).unwrap()
}

#[tokio::test]
async fn items_become_text_files() {
    let stage = Stage::new().await;
    let input = json!([{ "a": 1, "b": "x,\"y\"\n" }, { "b": null, "c": { "d": [true] } }, {}, { "a": "=1+1" }]);
    let csv = convert(&stage, "csv", json!({ "file_name": "../a/b.csv" }), input.clone()).await.unwrap();
    assert_eq!(csv.len(), 1);
    assert_eq!(
        text(&stage, &csv[0]).await,
        "a,b,c\r\n1,\"x,\"\"y\"\"\n\",\r\n,,\"{\"\"d\"\":[true]}\"\r\n,,\r\n=1+1,,\r\n"
    );
    assert_eq!(csv[0].json["file_name"], "b.csv");
    assert_eq!(csv[0].binary["data"].mime_type, "text/csv");
    let json_file = convert(&stage, "json", json!({}), input.clone()).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text(&stage, &json_file[0]).await).unwrap(), input);
    let each = convert(&stage, "json", json!({ "each_item": true, "binary_field": "data" }), input).await.unwrap();
    assert_eq!(each.len(), 4);
    assert_eq!(each[3].json["a"], "=1+1", "what the item holds goes on");
    let texts = convert(&stage, "text", json!({ "text": "={{ $json.t }}" }), json!([{ "t": "eins" }, { "t": 2 }]))
        .await
        .unwrap();
    assert_eq!((text(&stage, &texts[0]).await, text(&stage, &texts[1]).await), ("eins".to_owned(), "2".to_owned()));
    let html = convert(&stage, "html", json!({}), json!([{ "<b>": "<script>alert('1')</script>&\"" }])).await.unwrap();
    let page = text(&stage, &html[0]).await;
    assert!(page.contains("<th>&lt;b&gt;</th>"), "{page}");
    assert!(page.contains("<td>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;</td>"), "{page}");
    assert!(convert(&stage, "csv", json!({}), json!([])).await.unwrap().is_empty());
}

#[tokio::test]
async fn workbooks_are_written_and_read_again() {
    let stage = Stage::new().await;
    let input = json!([{ "n": 1, "f": 1.5, "t": "grün", "b": true, "x": "=HYPERLINK(\"http://a\")" }, { "n": 9_007_199_254_740_993_i64, "t": "http://link", "l": [1] }]);
    let made = convert(&stage, "xlsx", json!({ "sheet": "Mai & Juni" }), input.clone()).await.unwrap();
    let item = Item { binary: made[0].binary.clone(), ..Item::default() };
    let mut step = TestStep::new(json!({ "sheet": "Mai & Juni" }), vec![item.clone()]);
    stage.run("extract_from_file.xlsx", &mut step).await.unwrap();
    assert_eq!(
        step.output(0),
        [
            json!({ "n": 1, "f": 1.5, "t": "grün", "b": true, "x": "=HYPERLINK(\"http://a\")", "l": null }),
            json!({ "n": "9007199254740993", "f": null, "t": "http://link", "b": null, "x": null, "l": "[1]" })
        ]
    );
    let mut step = TestStep::new(json!({ "header_row": false }), vec![item.clone()]);
    stage.run("extract_from_file.xlsx", &mut step).await.unwrap();
    assert_eq!((step.output(0).len(), step.output(0)[0]["column_1"].clone()), (3, json!("n")));
    let mut step = TestStep::new(json!({ "sheet": "Juli" }), vec![item]);
    let failure = stage.run("extract_from_file.xlsx", &mut step).await.unwrap_err();
    assert!(failure.error.hint.contains("Mai & Juni"), "{failure:?}");
    assert!(convert(&stage, "xlsx", json!({ "sheet": "a/b" }), input).await.is_err());
    assert!(convert(&stage, "xlsx", json!({}), json!([{ "t": "x".repeat(40_000) }])).await.is_err());
}

#[tokio::test]
async fn a_table_that_would_be_square_is_refused() {
    let stage = Stage::new().await;
    let input: Vec<Value> = (0..6_000).map(|n| json!({ format!("f{n}"): n })).collect();
    for kind in ["csv", "html", "xlsx"] {
        assert!(convert(&stage, kind, json!({}), Value::Array(input.clone())).await.is_err(), "{kind}");
    }
}
