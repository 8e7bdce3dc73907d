//! What a batch makes of a graph, as data.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod notation;

use bridge_domain::{Action, Definition, NodeType, Position, ProblemCode};
use bridge_workflow::{MAX_CONFIG_BYTES, MAX_LABEL_BYTES, Mode, apply};
use notation::{RULES, add, batch, edge, graph, node, object, outcome, problems, text};
use serde_json::{Value, json};

fn check(before: &str, actions: &str, expected: &str) {
    assert_eq!(outcome(before, actions), expected, "{before} | {actions}");
}

#[test]
fn actions_are_applied_in_order() {
    check("", "+t, +a, t -> a", "t -> a");
    check("t -> a", "-a", "t");
    check("t -> a, a -> b", "-a", "t, b");
    check("t -> a", "t x a", "t, a");
    check("t -> i, i:true -> a", "i:false -> a", "t -> i, i:true -> a, i:false -> a");
    // Inserting between two nodes.
    check("t -> a", "t x a, +b, t -> b, b -> a", "t -> b, b -> a");
    // An identifier is free again after its node or edge is gone.
    check("t -> a", "-a, +a, t -> a", "t -> a");
    check("t -> a", "t x a, t -> a", "t -> a");
}

#[test]
fn a1_what_is_not_there_is_named() {
    check("a", "-b", "unknown_node at actions[0].node_id");
    check("a", "~b", "unknown_node at actions[0].node_id");
    check("a", "a -> b", "unknown_node at actions[0].target");
    check("", "a -> b", "unknown_node at actions[0].source, unknown_node at actions[0].target");
    check("a, b", "a x b", "unknown_edge at actions[0]");
    check("a -> b", "-a, a x b", "unknown_node at actions[1].source");
    // Only later actions may refer to what an earlier one adds.
    check("a", "a -> b, +b", "unknown_node at actions[0].target");
}

#[test]
fn a1_wrong_edges_are_named() {
    check("a", "a -> a", "self_edge at actions[0]");
    check("a -> b", "a -> b", "duplicate_id at actions[0].id, duplicate_edge at actions[0]");
    check("i:true -> a", "i -> a", "duplicate_edge at actions[0]");
    check("a, t", "a -> t", "into_trigger at actions[0].target");
    check("i, a", "i:maybe -> a", "unknown_handle at actions[0].source_handle");
    check("a, b", "a:true -> b", "unknown_handle at actions[0].source_handle");
    check("i:true -> a, i:false -> a", "i x a", "unknown_edge at actions[0]");
    check("i:true -> a, i:false -> a", "i:false x a", "i:true -> a");
    // The first output goes unnamed or by name.
    check("i -> a", "i:true x a", "i, a");
}

#[test]
fn a1_circles_pass_through_a_loop_or_not_at_all() {
    check("a -> b", "b -> a", "cycle at actions[0]");
    check("a -> b, b -> c", "+d, c -> d, d -> a", "cycle at actions[2]");
    check("", "+a, +b, a -> b, b -> a", "cycle at actions[3]");
    check("l:loop -> a", "a -> l", "l:loop -> a, a -> l");
    check("a -> b, l -> a", "b -> l", "a -> b, l -> a, b -> l");
    check("l:loop -> a, a -> l, a -> b", "b -> a", "cycle at actions[0]");
    // Turned around within one batch, in either order.
    check("a -> b", "a x b, b -> a", "b -> a");
    check("a -> b", "b -> a, a x b", "b -> a");
    // Nobody knows what an unknown connector allows.
    check("u -> a", "a -> u", "u -> a, a -> u");
}

#[test]
fn a1_all_problems_are_listed_and_nothing_is_applied() {
    check(
        "t -> a",
        "+b, -x, b -> b, b -> t, ~y",
        "unknown_node at actions[1].node_id, self_edge at actions[2], into_trigger at actions[3].target, \
         unknown_node at actions[4].node_id",
    );
    check("a", "+a, +a", "duplicate_id at actions[0].id, duplicate_id at actions[1].id");
    // What builds on a broken action says so, instead of calling its node unknown.
    let mut actions = batch("+b, a -> b, -b");
    let Action::AddNode { connector_id, .. } = &mut actions[0] else { panic!() };
    *connector_id = "telepathy".to_owned();
    let found = apply(&graph("a"), &actions, &RULES, Mode::Complete).unwrap_err();
    assert_eq!(
        problems(&found),
        "unknown_connector at actions[0].connector_id, dependency at actions[1].target, dependency at actions[2].node_id"
    );
}

#[test]
fn nodes_of_unknown_connectors_survive_edits_of_others() {
    let before = graph("t -> u, u -> a");
    for actions in ["-a", "~a", "+b, u -> b", "~u", "u x a"] {
        let after = apply(&before, &batch(actions), &RULES, Mode::Complete).unwrap();
        let (was, is) = (before.node(&"u".into()).unwrap(), after.node(&"u".into()).unwrap());
        assert_eq!((&was.data.config, &was.data.connector_id), (&is.data.config, &is.data.connector_id), "{actions}");
    }
    check("", "+u", "unknown_connector at actions[0].connector_id");
    let change = Action::UpdateNode {
        node_id: "u".into(),
        label: None,
        config: Some(object(json!({ "a": 1 }))),
        position: None,
        settings: None,
    };
    let found = apply(&before, &[change], &RULES, Mode::Draft).unwrap_err();
    assert_eq!(problems(&found), "unknown_connector at actions[0].config");
}

fn set_config(config: Value, mode: Mode) -> String {
    let mut action = add("h");
    let Action::AddNode { config: of, .. } = &mut action else { panic!() };
    *of = object(config);
    apply(&Definition::default(), &[action], &RULES, mode).map_or_else(|found| problems(&found), |_| "fine".to_owned())
}

#[test]
fn configurations_fit_their_schema() {
    let both = |config: Value, expected: &str| {
        assert_eq!(set_config(config.clone(), Mode::Complete), expected, "{config}");
        assert_eq!(set_config(config.clone(), Mode::Draft), expected, "{config} in a draft");
    };
    let with = |key: &str, value: Value| json!({ "url": "https://a.example/", key: value });
    both(with("method", json!("POST")), "fine");
    both(with("method", json!("={{ $json.method }}")), "fine");
    both(with("timeout_seconds", json!("={{ 5 }}")), "fine");
    both(with("headers", json!("={{ $json.headers }}")), "fine");
    both(with("headers", json!({ "X-Id": "={{ 1 }}" })), "fine");
    both(with("method", json!("SEND")), "invalid_value at actions[0].config.method");
    both(with("timeout_seconds", json!("5")), "invalid_value at actions[0].config.timeout_seconds");
    both(with("timeout_seconds", json!(0)), "invalid_value at actions[0].config.timeout_seconds");
    both(with("headers", json!({ "X-Id": 1 })), "invalid_value at actions[0].config.headers[\"X-Id\"]");
    both(with("query", json!([])), "invalid_value at actions[0].config.query");
    both(with("adress", json!(1)), "unknown_parameter at actions[0].config.adress");
    both(json!({ "url": "javascript:alert(1)" }), "invalid_value at actions[0].config.url");
    both(
        json!({ "url": 5, "retries": 3 }),
        "invalid_value at actions[0].config.url, unknown_parameter at actions[0].config.retries",
    );
}

#[test]
fn a_draft_may_lack_what_a_complete_batch_must_have() {
    assert_eq!(set_config(json!({}), Mode::Draft), "fine");
    assert_eq!(set_config(json!({ "url": " " }), Mode::Draft), "fine");
    assert_eq!(set_config(json!({}), Mode::Complete), "missing at actions[0].config.url");
    assert_eq!(set_config(json!({ "url": "" }), Mode::Complete), "missing at actions[0].config.url");
    assert_eq!(set_config(json!({ "url": " \n" }), Mode::Complete), "missing at actions[0].config.url");
    let key = format!("sk-{}", "a1B2".repeat(8));
    let secret = json!({ "url": "https://a.example/", "headers": { "X-Id": key, "Authorization": "hunter2" } });
    assert_eq!(
        set_config(secret.clone(), Mode::Complete),
        "secret at actions[0].config.headers[\"X-Id\"], secret at actions[0].config.headers.Authorization"
    );
    assert_eq!(set_config(secret, Mode::Draft), "fine");
}

fn set_parameters(changed: Value, mode: Mode) -> Result<Value, String> {
    let mut before = graph("h");
    before.nodes[0].data.config = object(json!({ "old_parameter": 1, "timeout_seconds": "five", "method": "POST" }));
    let action = Action::UpdateNode {
        node_id: "h".into(),
        label: None,
        config: Some(object(changed)),
        position: None,
        settings: None,
    };
    let after = apply(&before, &[action], &RULES, mode).map_err(|found| problems(&found))?;
    Ok(Value::Object(after.nodes[0].data.config.clone()))
}

#[test]
fn an_update_answers_for_what_it_sets_only() {
    assert_eq!(
        set_parameters(json!({ "url": "https://a.example", "method": null }), Mode::Complete),
        Ok(json!({ "old_parameter": 1, "timeout_seconds": "five", "url": "https://a.example" }))
    );
    assert!(set_parameters(json!({ "old_parameter": null, "timeout_seconds": null }), Mode::Draft).is_ok());
    let refused = |changed, mode| set_parameters(changed, mode).unwrap_err();
    assert_eq!(refused(json!({ "method": "GET" }), Mode::Complete), "missing at actions[0].config.url");
    assert_eq!(
        refused(json!({ "old_parameter": 2 }), Mode::Draft),
        "unknown_parameter at actions[0].config.old_parameter"
    );
    assert_eq!(
        refused(json!({ "timeout_seconds": "six" }), Mode::Draft),
        "invalid_value at actions[0].config.timeout_seconds"
    );
    assert_eq!(refused(json!({}), Mode::Complete), "missing at actions[0].config.url, missing at actions[0]");
}

#[test]
fn w4_labels_are_kept_byte_for_byte_up_to_one_mebibyte() {
    let label = |label: String| {
        let action = Action::UpdateNode {
            node_id: "a".into(),
            label: Some(label),
            config: None,
            position: None,
            settings: None,
        };
        apply(&graph("a"), &[action], &RULES, Mode::Complete)
    };
    for name in ["\u{202e}\u{0}\r\n", "👩‍👩‍👧 \u{301}\u{301}", &"x".repeat(MAX_LABEL_BYTES)] {
        assert_eq!(label(name.to_owned()).unwrap().nodes[0].data.label, name);
    }
    let found = label("é".repeat(MAX_LABEL_BYTES / 2 + 1)).unwrap_err();
    assert_eq!(problems(&found), "too_large at actions[0].label");
}

#[test]
fn sizes_are_bounded() {
    assert_eq!(
        set_config(json!({ "url": "x".repeat(MAX_CONFIG_BYTES) }), Mode::Draft),
        "too_large at actions[0].config"
    );
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(set_config(json!({ "body": deep }), Mode::Draft), "too_large at actions[0].config");
    for position in [Position { x: 1e300, y: 0.0 }, Position { x: 0.0, y: f64::NAN }] {
        let action = Action::UpdateNode {
            node_id: "a".into(),
            label: None,
            config: None,
            position: Some(position),
            settings: None,
        };
        let found = apply(&graph("a"), &[action], &RULES, Mode::Draft).unwrap_err();
        assert_eq!(problems(&found), "invalid_value at actions[0].position");
    }
    let mut nameless = add("a");
    let Action::AddNode { id, .. } = &mut nameless else { panic!() };
    *id = None;
    let found = apply(&graph(""), &[nameless], &RULES, Mode::Draft).unwrap_err();
    assert_eq!(problems(&found), "missing at actions[0].id");
}

fn generate(before: &str, definition: Definition) -> String {
    let actions = [Action::GenerateWorkflow { definition }];
    apply(&graph(before), &actions, &RULES, Mode::Complete).map_or_else(|found| problems(&found), |after| text(&after))
}

#[test]
fn a1_a_generated_workflow_is_checked_whole() {
    assert_eq!(generate("a -> b", graph("t -> c")), "t -> c");
    assert_eq!(generate("u -> a, a -> u", graph("t -> u, u -> a, a -> u")), "t -> u, u -> a, a -> u");
    assert_eq!(generate("", graph("u")), "unknown_connector at actions[0].definition.nodes[0].data.connector_id");
    assert_eq!(generate("", graph("a -> b, b -> a")), "cycle at actions[0].definition.edges[1]");
    assert_eq!(generate("", graph("l:loop -> a, a -> l")), "l:loop -> a, a -> l");
    let mut broken = graph("t -> h");
    broken.nodes[1].node_type = NodeType::Trigger;
    broken.nodes[1].data.config.clear();
    broken.nodes.push(node("h"));
    broken.edges.extend([edge("h", "t"), edge("h", "nowhere"), edge("t", "h")]);
    assert_eq!(
        generate("", broken),
        "wrong_type at actions[0].definition.nodes[1].type, missing at actions[0].definition.nodes[1].data.config.url, \
         duplicate_id at actions[0].definition.nodes[2].id, into_trigger at actions[0].definition.edges[1].target, \
         unknown_node at actions[0].definition.edges[2].target, duplicate_id at actions[0].definition.edges[3].id, \
         duplicate_edge at actions[0].definition.edges[3]"
    );
}

#[test]
fn later_actions_go_on_from_a_generated_workflow() {
    let mut actions = vec![Action::GenerateWorkflow { definition: graph("t -> b") }];
    actions.extend(batch("+c, b -> c"));
    assert_eq!(text(&apply(&graph("a"), &actions, &RULES, Mode::Complete).unwrap()), "t -> b, b -> c");
    actions.extend(batch("-a"));
    let found = apply(&graph("a"), &actions, &RULES, Mode::Complete).unwrap_err();
    assert_eq!(problems(&found), "unknown_node at actions[3].node_id");
    assert_eq!(found[0].code, ProblemCode::UnknownNode);
}
