//! Files that came with items, turned into items.

use bridge_domain::{ErrorCode, StepFailure};
use bridge_nodes::testing::TestStep;
use serde_json::{Value, json};

use crate::stage::Stage;

async fn extract(stage: &Stage, kind: &str, content: &[u8], config: Value) -> Result<Vec<Value>, StepFailure> {
    let mut step = TestStep::new(config, vec![stage.with_file(content).await]);
    stage.run(&format!("extract_from_file.{kind}"), &mut step).await?;
    Ok(step.output(0))
}

#[tokio::test]
async fn csv_of_any_kind() {
    let stage = Stage::new().await;
    let rows = extract(&stage, "csv", "a;b;a;\r\n1;\"x\ny\";2;3;4\r\n5\r\n".as_bytes(), json!({ "delimiter": ";" }))
        .await
        .unwrap();
    assert_eq!(
        rows,
        [
            json!({ "a": "1", "b": "x\ny", "a_2": "2", "column_4": "3", "column_5": "4" }),
            json!({ "a": "5", "b": null, "a_2": null, "column_4": null })
        ]
    );
    let tabs = extract(&stage, "csv", b"a\tb\n", json!({ "delimiter": "\\t", "header_row": false })).await.unwrap();
    assert_eq!(tabs, [json!({ "column_1": "a", "column_2": "b" })]);
    let utf16: Vec<u8> = "\u{feff}n\nä\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(extract(&stage, "csv", &utf16, json!({})).await.unwrap(), [json!({ "n": "ä" })]);
    let latin = extract(&stage, "csv", b"n\n\xe4\n", json!({ "encoding": "iso-8859-1" })).await.unwrap();
    assert_eq!(latin, [json!({ "n": "ä" })]);
    assert_eq!(
        extract(&stage, "csv", b"n\n\xe4\n", json!({})).await.unwrap_err().parameter.as_deref(),
        Some("encoding")
    );
    assert!(extract(&stage, "csv", b"", json!({})).await.unwrap().is_empty());
    assert!(extract(&stage, "csv", b"a", json!({ "delimiter": "ab" })).await.is_err());
    let many = format!("n\n{}", "x\n".repeat(100_000));
    assert_eq!(extract(&stage, "csv", many.as_bytes(), json!({})).await.unwrap().len(), 100_000);
    let same = vec!["a"; 50_000].join(",");
    assert_eq!(
        extract(&stage, "csv", format!("{same}\n1\n").as_bytes(), json!({})).await.unwrap()[0]
            .as_object()
            .unwrap()
            .len(),
        50_000
    );
}

#[tokio::test]
async fn json_and_text() {
    let stage = Stage::new().await;
    let list = extract(&stage, "json", br#"[{"a": 1}, 2, null, "x", [3]]"#, json!({})).await.unwrap();
    assert_eq!(
        list,
        [
            json!({ "a": 1 }),
            json!({ "value": 2 }),
            json!({ "value": null }),
            json!({ "value": "x" }),
            json!({ "value": [3] })
        ]
    );
    assert_eq!(
        extract(&stage, "json", br#"{"a": {"b": 1e3}}"#, json!({})).await.unwrap(),
        [json!({ "a": { "b": 1000.0 } })]
    );
    assert_eq!(extract(&stage, "json", b"-7", json!({})).await.unwrap(), [json!({ "value": -7 })]);
    for broken in ["", "[1,", "{} {}", "[1] x", "\u{0}"] {
        assert!(extract(&stage, "json", broken.as_bytes(), json!({})).await.is_err(), "{broken:?}");
    }
    assert!(extract(&stage, "json", "[".repeat(100_000).as_bytes(), json!({})).await.is_err());
    let text = extract(&stage, "text", "zwei\n".as_bytes(), json!({ "field": "said" })).await.unwrap();
    assert_eq!(text, [json!({ "said": "zwei\n" })]);
    let mut none = TestStep::new(json!({ "binary_field": "picture" }), vec![stage.with_file(b"x").await]);
    let failure = stage.run("extract_from_file.text", &mut none).await.unwrap_err();
    assert!(failure.error.hint.contains("data"), "{failure:?}");
}

#[tokio::test]
async fn html_by_selectors() {
    let stage = Stage::new().await;
    let page =
        "<html><title> A \n page </title><ul><li class=x><a href='/1'>One <b>1</b></a><li><a href='/2'>Two</a></ul>";
    let fields = json!({ "fields": [
        { "name": "title", "selector": "title" },
        { "name": "links", "selector": "li a", "take": "attribute", "attribute": "href", "all": true },
        { "name": "first", "selector": "li a", "take": "html" },
        { "name": "words", "selector": "li a", "all": true },
        { "name": "none", "selector": ".absent" },
        { "name": "nothing", "selector": ".absent", "all": true }
    ]});
    let expected = json!({ "title": "A page", "links": ["/1", "/2"], "first": "One <b>1</b>", "words": ["One 1", "Two"], "none": null, "nothing": [] });
    assert_eq!(extract(&stage, "html", page.as_bytes(), fields).await.unwrap(), [expected]);
    let given = json!({ "source": "<p>x</p>", "fields": [{ "name": "p", "selector": "p" }] });
    assert_eq!(extract(&stage, "html", b"", given).await.unwrap(), [json!({ "p": "x" })]);
    let wrong = json!({ "fields": [{ "name": "p", "selector": "p[" }] });
    assert_eq!(extract(&stage, "html", b"", wrong).await.unwrap_err().parameter.as_deref(), Some("fields[0].selector"));
    assert!(extract(&stage, "html", b"", json!({ "fields": [] })).await.is_err());
    // Every element's text holds the text of all below it.
    let nested = format!("{}{}", "<div>0123456789".repeat(3_000), "</div>".repeat(3_000));
    let all = json!({ "fields": [{ "name": "all", "selector": "*", "all": true }] });
    assert_eq!(
        extract(&stage, "html", nested.as_bytes(), all.clone()).await.unwrap_err().error.code,
        ErrorCode::LimitReached
    );
    // Each further level takes the parser longer than the one before.
    let deep = "<div>".repeat(400_000);
    let failure = extract(&stage, "html", deep.as_bytes(), all.clone()).await.unwrap_err();
    assert_eq!(failure.error.code, ErrorCode::LimitReached);
    let large = vec![b'x'; (8 << 20) + 1];
    assert_eq!(extract(&stage, "html", &large, all).await.unwrap_err().error.code, ErrorCode::LimitReached);
}

/// A workbook whose part with this name unpacks to this many bytes of spaces.
fn bomb(part: &str, size: u64) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
    std::io::copy(&mut std::io::repeat(b' ').take(size), &mut archive).unwrap();
    archive.flush().unwrap();
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn x5_workbooks_that_unpack_to_anything_are_refused() {
    let stage = Stage::new().await;
    for (part, size) in [("xl/worksheets/sheet1.xml", 129 << 20), ("xl/sharedStrings.xml", 33 << 20)] {
        let archive = bomb(part, size);
        assert!(archive.len() < 1 << 20, "small as it comes");
        let failure = extract(&stage, "xlsx", &archive, json!({})).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::LimitReached, "{part}");
    }
    for broken in [&b""[..], b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook"] {
        assert!(extract(&stage, "xlsx", broken, json!({})).await.is_err());
    }
    assert!(extract(&stage, "xlsx", &bomb("../../etc/passwd", 10), json!({})).await.is_err());
}

#[tokio::test]
async fn x5_tables_and_texts_that_unfold_are_refused() {
    let stage = Stage::new().await;
    let wide = vec!["c"; 100_001].join(",");
    let values = |one: &str, count: usize| format!("{}{one}", format!("{one},").repeat(count));
    for (kind, content, config) in [
        ("csv", format!("{wide}\n1\n"), json!({})),
        ("csv", format!("a\n{wide}\n"), json!({})),
        ("csv", ",".repeat(200_000), json!({ "header_row": false })),
        ("json", format!("{{\"a\":[{}]}}", values("0", 4_000_000)), json!({})),
        ("json", format!("[1,[{}]]", values("{}", 600_000)), json!({})),
    ] {
        let failure = extract(&stage, kind, content.as_bytes(), config).await.unwrap_err();
        assert_eq!(failure.error.code, ErrorCode::LimitReached, "{failure:?}");
    }
    // Many small entries are a list like others, and deep or broken ones are named.
    let list = format!("[{}]", values(r#"{"a":[1]}"#, 150_000));
    assert_eq!(extract(&stage, "json", list.as_bytes(), json!({})).await.unwrap().len(), 150_001);
    for broken in ["[1,01]", "[{\"a\":}]", "[1e999]", &format!("[{}]", "[".repeat(200) + &"]".repeat(200))] {
        let failure = extract(&stage, "json", broken.as_bytes(), json!({})).await.unwrap_err();
        assert!(failure.error.message.contains("not JSON"), "{broken}: {failure:?}");
    }
}

/// A workbook with one sheet of these rows, and these shared texts.
fn workbook(rows: &str, texts: &str) -> Vec<u8> {
    use std::io::Write;
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let related = |kind: &str, to: &str| {
        format!(
            r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relations}/{kind}" Target="{to}"/></Relationships>"#
        )
    };
    let sheets = format!(
        r#"<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#
    );
    let sheet = format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#);
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("_rels/.rels", related("officeDocument", "xl/workbook.xml").as_str()),
        ("xl/_rels/workbook.xml.rels", &related("worksheet", "worksheets/sheet1.xml")),
        ("xl/workbook.xml", &sheets),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/sharedStrings.xml", texts),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn x5_workbooks_that_lie_about_themselves_are_damaged_and_nothing_worse() {
    let stage = Stage::new().await;
    let texts = |count: &str| format!("<sst {count}><si><t>a</t></si></sst>");
    let row = |cell: &str, kind: &str, value: &str| {
        format!(r#"<row r="1"><c r="{cell}" t="{kind}"><v>{value}</v></c></row>"#)
    };
    let good = workbook(&row("A1", "s", "0"), &texts(r#"uniqueCount="1""#));
    let plain = json!({ "header_row": false });
    assert_eq!(extract(&stage, "xlsx", &good, plain.clone()).await.unwrap(), [json!({ "column_1": "a" })]);
    // Room for that many texts would end the whole application.
    for count in ["4000000000", "\t=\n'100000000000'", "\"18446744073709551615\"", "= \"40000000000\" count=\"1\""] {
        let count =
            if count.contains('=') { format!("uniqueCount{count}") } else { format!("uniqueCount=\"{count}\"") };
        let lying = workbook(&row("A1", "s", "0"), &texts(&count));
        let _ = extract(&stage, "xlsx", &lying, plain.clone()).await;
    }
    for cell in ["A99999999999", "AAAAAAAAAAAAAAAA1", "ZZZZZZZ4294967295", "A0", "", "1", "$A$1", "XFE1"] {
        let _ = extract(&stage, "xlsx", &workbook(&row(cell, "n", "1"), ""), plain.clone()).await;
    }
    for (kind, value) in
        [("s", "7"), ("s", "-1"), ("s", "99999999999999999999"), ("e", "#X"), ("b", "7"), ("d", "9999-99-99")]
    {
        let _ = extract(&stage, "xlsx", &workbook(&row("A1", kind, value), &texts("")), plain.clone()).await;
    }
    let entity = "<!DOCTYPE sst [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><sst><si><t>&a;</t></si></sst>";
    assert!(extract(&stage, "xlsx", &workbook(&row("A1", "s", "0"), entity), plain.clone()).await.is_err());
    assert_eq!(extract(&stage, "xlsx", &good, plain).await.unwrap().len(), 1);
}

#[tokio::test]
async fn x5_selectors_that_search_for_ever_are_refused() {
    let stage = Stage::new().await;
    let page = format!("<div>{}</div>", "<p></p>".repeat(20_000));
    for selector in ["div:has(z ~ p ~ p)", ":is(div:HAS(z ~ p))", r"div:h\61s(z ~ p)", "div:has(> p ~ z), z"] {
        let fields = json!({ "fields": [{ "name": "x", "selector": selector, "all": true }] });
        let started = std::time::Instant::now();
        let failure = extract(&stage, "html", page.as_bytes(), fields.clone()).await.unwrap_err();
        assert!(started.elapsed().as_secs() < 12, "{selector}: {:?}", started.elapsed());
        assert!(failure.error.message.len() < 400, "{failure:?}");
    }
    let long = format!("{}p{}", ":not(".repeat(5_000), ")".repeat(5_000));
    let fields = json!({ "fields": [{ "name": "x", "selector": long }] });
    assert!(extract(&stage, "html", b"<p>", fields).await.unwrap_err().error.message.len() < 400);
}

#[tokio::test]
async fn x5_pages_nested_deeply_do_not_overrun_the_stack() {
    let stage = Stage::new().await;
    for (name, page) in [
        ("divs", "<div>".repeat(5_000)),
        ("templates", "<template>".repeat(1_500)),
        ("tables", "<table><tr><td>".repeat(800)),
        ("lists", "<ul><li>".repeat(2_000)),
    ] {
        for take in ["html", "text"] {
            let fields = json!({ "fields": [{ "name": "x", "selector": "body", "take": take }] });
            let found = extract(&stage, "html", page.as_bytes(), fields).await;
            assert!(
                found.is_ok() || found.is_err_and(|failure| failure.error.code == ErrorCode::LimitReached),
                "{name}"
            );
        }
    }
}
