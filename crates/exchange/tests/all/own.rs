//! Bridge's own format.

use std::collections::BTreeMap;

use bridge_domain::{
    Config, CredentialId, CredentialKind, Definition, Edge, EdgeId, Item, Join, Node, NodeData, NodeId, NodeSettings,
    NodeType, OnError, Position, Retry,
};
use bridge_exchange::{CredentialName, Exported, write};
use proptest::prelude::*;
use serde_json::json;

use super::{read, refused};

fn node(id: &str, connector: &str, action: &str, config: serde_json::Value) -> Node {
    let node_type = if connector == "manual" { NodeType::Trigger } else { NodeType::Action };
    Node {
        id: id.into(),
        node_type,
        position: Position { x: 1.5, y: -2.0 },
        data: NodeData {
            label: format!("Node {id}"),
            connector_id: connector.to_owned(),
            action_id: action.to_owned(),
            config: config.as_object().unwrap().clone(),
            settings: NodeSettings::default(),
        },
    }
}

fn edge(id: &str, source: &str, target: &str) -> Edge {
    Edge { id: id.into(), source: source.into(), target: target.into(), source_handle: None, target_handle: None }
}

fn definition() -> Definition {
    let mut call = node("call", "http", "request", json!({ "url": "https://example.com", "authentication": "bearer" }));
    call.data.settings = NodeSettings {
        on_error: OnError::ErrorOutput,
        retry: Some(Retry { max_tries: 3, wait_ms: 1_000 }),
        join: Join::All,
        credential_id: Some(CredentialId::new()),
        notes: "Ask first.".to_owned(),
        ..NodeSettings::default()
    };
    let failed = Edge { source_handle: Some("error".to_owned()), ..edge("e2", "call", "end") };
    Definition {
        nodes: vec![node("start", "manual", "start", json!({})), call, node("end", "no_op", "pass", json!({}))],
        edges: vec![edge("e1", "start", "call"), failed],
    }
}

fn without_credentials(mut definition: Definition) -> Definition {
    definition.nodes.iter_mut().for_each(|node| node.data.settings.credential_id = None);
    definition
}

#[test]
fn a_file_gives_the_same_workflow_back_without_its_credentials() {
    let credential = CredentialName { kind: CredentialKind::Bearer, name: "Shop".to_owned() };
    let original = definition();
    let bytes = write(Exported {
        name: "Orders".into(),
        description: "Every morning.".into(),
        definition: original.clone(),
        credentials: BTreeMap::from([("call".into(), credential)]),
        ..Exported::default()
    })
    .unwrap();
    let identifier = original.nodes[1].data.settings.credential_id.unwrap().to_string();
    assert!(!String::from_utf8(bytes.clone()).unwrap().contains(&identifier));
    let imported = read(&bytes);
    assert_eq!((imported.name.as_deref(), imported.description.as_str()), (Some("Orders"), "Every morning."));
    assert_eq!(imported.definition, without_credentials(original));
    let [notice] = imported.notices.as_slice() else { panic!("{:?}", imported.notices) };
    assert_eq!(notice.node_id, Some(NodeId::from("call")));
    assert!(notice.message.contains("“Shop” (bearer)"), "{}", notice.message);
}

#[test]
fn the_same_workflow_is_the_same_text_and_reads_line_by_line() {
    let exported = Exported { name: "A".into(), definition: definition(), ..Exported::default() };
    let text = String::from_utf8(write(exported.clone()).unwrap()).unwrap();
    assert_eq!(text.as_bytes(), write(exported).unwrap());
    assert!(text.starts_with("{\n  \"format\": \"bridge-workflow\",\n  \"version\": 1,\n  \"name\": \"A\""), "{text}");
    assert!(text.ends_with("}\n"));
}

#[test]
fn pins_are_in_the_file_when_they_are_asked_for_and_without_files() {
    let mut item = Item::from(json!({ "a": 1 }).as_object().unwrap().clone());
    let file = json!({ "hash": "00", "size": 1, "mime_type": "text/plain" });
    item.binary.insert("data".to_owned(), serde_json::from_value(file).unwrap());
    let pins = BTreeMap::from([("call".into(), vec![item])]);
    let bytes = write(Exported { name: "A".into(), definition: definition(), pins, ..Exported::default() }).unwrap();
    assert_eq!(read(bytes).pins, [("call".into(), vec![Item::from(json!({ "a": 1 }).as_object().unwrap().clone())])]);
    let bytes = write(Exported { name: "A".into(), definition: definition(), ..Exported::default() }).unwrap();
    assert!(read(bytes).pins.is_empty());
}

#[test]
fn what_people_write_by_hand_is_read() {
    let imported = read(
        r#"{ "nodes": [{ "id": "a", "type": "action", "position": { "x": 0, "y": 0 },
        "data": { "label": "A", "connector_id": "manual", "action_id": "start" } }] }"#,
    );
    assert_eq!((imported.name, imported.definition.nodes[0].node_type), (None, NodeType::Trigger));
    assert!(read(r#"{"name": "Empty", "nodes": [], "edges": []}"#).definition.nodes.is_empty());
}

#[test]
fn what_is_not_right_is_refused_with_its_place() {
    let dangling = r#"{"nodes": [{"id":"a","type":"trigger","position":{"x":0,"y":0},"data":{"label":"A","connector_id":"manual",
        "action_id":"start"}}], "edges": [{"id":"e","source":"a","target":"b"}]}"#;
    let error = refused(dangling);
    assert_eq!(error.problems[0].path, "edges[0].target");
    let error = refused(r#"{"nodes": [{"id": "a", "data": 5}]}"#);
    assert!(error.message.starts_with("nodes[0]: "), "{}", error.message);
    let error = refused(r#"{"format": "bridge-workflow", "version": 2, "nodes": []}"#);
    assert!(error.message.contains("newer version"), "{}", error.message);
    for other in [r#"{"a": 1}"#, "[]", "[1]", r#"{"nodes": 5}"#, r#"{"openapi": "3.1.0", "paths": {}}"#] {
        let error = refused(other);
        assert!(error.hint.contains("exported from Bridge or n8n"), "{other}: {error:?}");
    }
}

#[test]
fn a_call_of_another_workflow_is_told_of() {
    let call = node("call", "subworkflow", "execute_workflow", json!({ "workflow_id": "0190" }));
    let definition = Definition { nodes: vec![call], edges: Vec::new() };
    let bytes = write(Exported { name: "A".into(), definition: definition.clone(), ..Exported::default() }).unwrap();
    let imported = read(bytes);
    assert_eq!(imported.definition, definition);
    assert!(imported.notices[0].message.contains("calls the workflow 0190"), "{:?}", imported.notices);
}

#[test]
fn a_list_is_read_whole_or_not_at_all() {
    let one = r#"{"name": "One", "nodes": [], "edges": []}"#;
    let all = bridge_exchange::read(format!("[{one}, {one}]").as_bytes(), &super::rules()).unwrap();
    assert_eq!(all.len(), 2);
    assert!(refused(format!("[{one}, {{}}]")).message.starts_with("Entry 2 of the list"));
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|one| json!(one)),
        any::<i64>().prop_map(|one| json!(one)),
        (-1e300..1e300).prop_map(|one| json!(one)),
        any::<String>().prop_map(|one| json!(one)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|list| json!(list)),
            prop::collection::hash_map(any::<String>(), inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

prop_compose! {
    fn any_node()(
        label in any::<String>(),
        known in any::<bool>(),
        values in prop::collection::hash_map("[a-z_]{1,12}", value(), 0..4),
        (x, y) in (-1e6..1e6, -1e6..1e6),
        (disabled, tries) in (any::<bool>(), prop::option::of(2u32..=10)),
    ) -> Node {
        let (connector, action) = if known { ("no_op", "pass") } else { ("from_tomorrow", "does things") };
        let config: Config = values.into_iter().collect();
        let settings = NodeSettings {
            disabled,
            retry: tries.map(|max_tries| Retry { max_tries, wait_ms: 5 }),
            ..NodeSettings::default()
        };
        Node {
            id: NodeId::new(),
            node_type: NodeType::Action,
            position: Position { x, y },
            data: NodeData { label, connector_id: connector.into(), action_id: action.into(), config, settings },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_definition_comes_back_as_it_was(nodes in prop::collection::vec(any_node(), 1..12)) {
        let edges = nodes.windows(2).map(|pair| Edge { id: EdgeId::new(), ..edge("", pair[0].id.as_str(), pair[1].id.as_str()) });
        let definition = Definition { edges: edges.collect(), nodes };
        let bytes = write(Exported { name: "Any".into(), definition: definition.clone(), ..Exported::default() }).unwrap();
        prop_assert_eq!(read(bytes).definition, definition);
    }
}
