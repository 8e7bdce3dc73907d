//! Hostile files. What they take of memory is measured on the real program, in the command line's tests.

use std::time::{Duration, Instant};

use bridge_domain::{Error, ErrorCode};
use serde_json::json;

use super::{read, refused};

/// Most time that a file may take. Without optimisation, and beside other tests, it takes several times as long.
const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 25 } else { 5 });

/// Why a text is refused, and that it was quickly.
fn refused_soon(text: impl AsRef<[u8]>) -> Error {
    let start = Instant::now();
    let error = refused(text);
    assert!(start.elapsed() < SOON, "it took {:?}", start.elapsed());
    assert_eq!(error.code, ErrorCode::InvalidInput);
    assert!(!error.hint.is_empty() && error.message.len() < 600, "{error:?}");
    error
}

fn n8n(nodes: serde_json::Value) -> String {
    json!({ "name": "Hostile", "nodes": nodes, "connections": {} }).to_string()
}

fn set(name: &str, parameters: serde_json::Value) -> serde_json::Value {
    json!({ "name": name, "type": "n8n-nodes-base.strange", "typeVersion": 1, "position": [0, 0], "parameters": parameters })
}

#[test]
fn x5_compressed_files_are_refused_by_name() {
    for (bytes, name) in [
        (&b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"[..], "gzip"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", "ZIP"),
        (b"\x28\xb5\x2f\xfd\x00", "zstd"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\xfd7zXZ\x00", "xz"),
    ] {
        assert!(refused_soon(bytes).message.contains(name));
    }
}

#[test]
fn x5_other_encodings_are_refused_by_name_and_a_mark_of_utf_8_is_passed_over() {
    let text = n8n(json!([]));
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [&little, &big, &[&[0xff, 0xfe][..], &little].concat(), &[&[0xfe, 0xff][..], &big].concat()] {
        assert!(refused_soon(bytes).message.contains("UTF-16"));
    }
    assert!(refused_soon(b"{\"name\": \"\xff\"}").message.contains("UTF-8"));
    assert_eq!(read(format!("\u{feff}{text}")).name.as_deref(), Some("Hostile"));
}

#[test]
fn x5_size_is_limited_before_anything_is_parsed() {
    assert!(refused_soon(vec![b'['; 17 << 20]).message.contains("16 MiB"));
    let long = format!(r#"{{"name": "{}", "nodes": [], "connections": {{}}}}"#, "x".repeat(17 << 20));
    assert!(refused_soon(long).message.contains("16 MiB"));
}

#[test]
fn x5_deep_nesting_is_refused_wherever_it_is() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(refused_soon(&deep).message.contains("nested deeper"));
        assert!(
            refused_soon(format!(r#"{{"nodes": [], "connections": {{}}, "meta": {deep}}}"#)).message.contains("nested")
        );
        assert!(refused_soon(open.repeat(100_000)).message.contains("nested"));
    }
    let just = format!("{}1{}", "[".repeat(70), "]".repeat(70));
    let node = set("A", serde_json::from_str(&format!("{{\"a\": {just}}}")).unwrap());
    assert!(refused_soon(n8n(json!([node]))).message.contains("deeper than 64 levels"));
}

#[test]
fn x5_a_name_twice_in_an_object_is_refused_however_it_is_spelt() {
    let twice = r#"{"name": "A", "nodes": [], "connections": {}, "name": "B"}"#;
    assert!(refused_soon(twice).message.contains("“name” stands twice"));
    let escaped = r#"{"nodes": [], "connections": {}, "n\u006fdes": [{"type": "x"}]}"#;
    assert!(refused_soon(escaped).message.contains("“nodes” stands twice"));
    let within = r#"{"nodes": [{"type": "a", "parameters": {"url": "a", "url": "b"}}], "connections": {}}"#;
    assert!(refused_soon(within).message.contains("“url”"));
}

#[test]
fn x5_too_many_nodes_values_or_objects_are_refused() {
    let node = r#"{"type":"x"}"#;
    let many = format!(r#"{{"connections":{{}},"nodes":[{}]}}"#, vec![node; 1_000_000].join(","));
    assert!(refused_soon(many).message.contains("more than"));
    let some = format!(r#"{{"connections":{{}},"nodes":[{}]}}"#, vec![node; 10_001].join(","));
    assert!(refused_soon(some).message.contains("10000 nodes"));
    assert!(refused_soon(format!("[{}0]", "0,".repeat(7_000_000))).message.contains("values"));
    assert!(refused_soon(format!("[{}{{}}]", "{},".repeat(5_000_000))).message.contains("objects"));
    let workflow = r#"{"nodes":[],"edges":[]}"#;
    assert!(refused_soon(format!("[{}]", vec![workflow; 300].join(","))).message.contains("200 workflows"));
}

#[test]
fn x5_ten_thousand_nodes_with_their_connections_are_read_in_time() {
    let nodes: Vec<_> =
        (0..10_000).map(|place| set(&format!("N{place}"), json!({ "a": [1, 2, { "b": "c" }] }))).collect();
    let link = |to: usize| json!({ "node": format!("N{to}"), "type": "main", "index": 0 });
    let from = |place: usize| {
        let links: Vec<_> = (place + 1..(place + 6).min(10_000)).map(link).collect();
        (format!("N{place}"), json!({ "main": [links] }))
    };
    let connections: serde_json::Map<_, _> = (0..10_000).map(from).collect();
    let start = Instant::now();
    let imported = read(json!({ "nodes": nodes, "connections": connections }).to_string());
    assert!(start.elapsed() < SOON, "it took {:?}", start.elapsed());
    assert_eq!((imported.definition.nodes.len(), imported.notices.len()), (10_000, 1_000));
    assert!(imported.definition.edges.len() > 49_000);
}

#[test]
fn x5_huge_values_of_a_node_are_refused_and_huge_names_cut() {
    let long = "x".repeat(2 << 20);
    assert!(refused_soon(n8n(json!([set("A", json!({ "a": long }))]))).message.contains("larger than 1 MiB"));
    let imported = read(json!({ "name": long, "nodes": [set(&long, json!({}))], "connections": {} }).to_string());
    assert_eq!(imported.name.unwrap().len(), 200);
    assert!(imported.definition.nodes[0].data.label.len() <= 2_000);
}

#[test]
fn x5_numbers_without_end_are_refused_or_kept_within_the_canvas() {
    for number in ["1e999", "-1e999"] {
        let text = n8n(json!([set("A", json!({ "a": 77 }))])).replace("77", number);
        assert!(refused_soon(text).message.contains("not JSON"));
    }
    let text =
        n8n(json!([set("A", json!({ "a": 77 }))])).replace("77", &"9".repeat(300)).replace("[0,0]", "[1e308,-1e308]");
    let imported = read(text);
    let place = imported.definition.nodes[0].position;
    assert!(place.x.abs() <= 1e7 && place.y.abs() <= 1e7, "{place:?}");
    let text = r#"{"nodes":[{"id":"a","type":"action","position":{"x":1e300,"y":0},"data":{"label":"A","connector_id":"x","action_id":"y"}}]}"#;
    assert!(refused_soon(text).message.contains("within"));
}

#[test]
fn x5_control_characters_and_halves_of_characters_do_no_harm() {
    for broken in
        [r#"{"name": "\ud800", "nodes": [], "edges": []}"#, r#"{"name": "\udc00x", "nodes": [], "edges": []}"#]
    {
        assert!(refused_soon(broken).message.contains("not JSON"));
    }
    assert!(refused_soon("{\"name\": \"a\0b\", \"nodes\": []}").message.contains("not JSON"));
    let imported = read(r#"{"name": "a\u0000\u001bb", "nodes": [], "edges": []}"#);
    assert_eq!(imported.name.as_deref(), Some("a  b"));
}

#[test]
fn x5_types_that_look_like_paths_are_only_words() {
    for kind in
        ["../../etc/passwd", "..\\..\\x", "/etc/passwd", "file:///etc/passwd", "n8n-nodes-base.../../x", "", "."]
    {
        let node = json!({ "id": "../../x", "name": "A", "type": kind, "parameters": { "path": "../../x" } });
        let imported = read(n8n(json!([node])));
        let node = &imported.definition.nodes[0];
        assert_eq!((node.data.connector_id.as_str(), node.id.as_str()), ("n8n", "node-1"));
        assert_eq!(node.data.config["type"], kind);
        assert!(!imported.notices.is_empty());
    }
}

#[test]
fn x5_names_of_prototypes_become_no_identifiers() {
    let one = |id: &str| json!({ "id": id, "name": id, "type": id, "parameters": { id: 1 } });
    let hostile = ["__proto__", "constructor", "prototype"];
    let imported = read(n8n(hostile.into_iter().map(one).collect()));
    let own = |id: &str| {
        json!({ "id": id, "type": "action", "position": { "x": 0, "y": 0 },
            "data": { "label": id, "connector_id": id, "action_id": id, "config": { id: 1 } } })
    };
    let edge = json!({ "id": "e", "source": "__proto__", "target": "constructor" });
    let nodes: Vec<_> = hostile.into_iter().map(own).collect();
    let also = read(json!({ "nodes": nodes, "edges": [edge] }).to_string());
    for node in imported.definition.nodes.iter().chain(&also.definition.nodes) {
        assert!(!hostile.contains(&node.id.as_str()), "{}", node.id);
    }
    assert_eq!(also.definition.edges[0].source, also.definition.nodes[0].id);
}

#[test]
fn x5_unknown_connectors_are_kept_and_told_of() {
    let text = r#"{"nodes":[{"id":"a","type":"action","position":{"x":0,"y":0},"data":{"label":"A","connector_id":"CONNECTOR","action_id":"y","config":{"deep":{"x":1}}}}]}"#;
    for connector in ["from_tomorrow", "../../x", "http"] {
        let imported = read(text.replace("CONNECTOR", connector));
        assert_eq!(imported.definition.nodes[0].data.config["deep"]["x"], 1);
        assert!(imported.notices[0].message.contains(if connector == "http" { "y" } else { connector }));
    }
}

#[test]
fn x5_hidden_text_in_labels_is_told_of_and_kept() {
    for label in ["Pay \u{202e}gnp.exe", "a\u{200b}\u{200b}b"] {
        let imported = read(n8n(json!([set(label, json!({}))])));
        assert_eq!(imported.definition.nodes[0].data.label, label);
        assert!(imported.notices.iter().any(|one| one.message.contains("⟨U+")), "{:?}", imported.notices);
    }
    let html = "<img src=x onerror=alert(1)>";
    assert_eq!(read(n8n(json!([set(html, json!({}))]))).definition.nodes[0].data.label, html);
}

#[test]
fn x5_nothing_comes_in_switched_on_or_with_a_credential() {
    let own = r#"{"active": true, "grants": [{"type": "folder", "path": "/", "write": true}], "nodes":[{"id":"a","type":"trigger",
        "position":{"x":0,"y":0},"data":{"label":"A","connector_id":"webhook","action_id":"receive","config":{"path":"x"},
        "settings":{"credential_id":"01900000-0000-7000-8000-000000000000"}}}]}"#;
    let imported = read(own);
    assert_eq!(imported.definition.nodes[0].data.settings.credential_id, None);
    assert!(imported.notices[0].message.contains("credential"));
    let mut node = set("A", json!({}));
    node["credentials"] = json!({ "slackApi": { "id": "1", "name": "Mine" } });
    let imported = read(json!({ "active": true, "nodes": [node], "connections": {} }).to_string());
    assert_eq!(imported.definition.nodes[0].data.settings.credential_id, None);
    assert_eq!(imported.definition.nodes[0].data.config["credentials"], json!({ "slackApi": "Mine" }));
}

#[test]
fn x5_broken_connections_lead_nowhere() {
    let connections = json!({
        "A": { "main": [[{ "node": "A", "type": "main", "index": 0 }, { "node": "Nobody" }, 5, null], null, "x"] },
        "Nobody": { "main": [[{ "node": "A" }]] }, "B": 5, "__proto__": { "main": [[{ "node": "A" }]] },
    });
    let text = json!({ "nodes": [set("A", json!({})), set("B", json!({}))], "connections": connections }).to_string();
    let imported = read(text);
    assert!(imported.definition.edges.is_empty(), "{:?}", imported.definition.edges);
}
