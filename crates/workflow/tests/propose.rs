//! What a person gets to see of a batch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod notation;

use bridge_domain::{Action, Definition, ProposedAction, Risk};
use bridge_workflow::{closure, difference, propose, summary};
use notation::{RULES, add, batch, graph, object};
use serde_json::{Value, json};

fn proposed(before: &str, actions: &str) -> Vec<ProposedAction> {
    propose(&graph(before), &batch(actions), &RULES)
}

fn dependencies(before: &str, actions: &str) -> Vec<Vec<u32>> {
    proposed(before, actions).into_iter().map(|one| one.depends_on).collect()
}

#[test]
fn actions_depend_on_what_they_build_on() {
    assert_eq!(dependencies("t", "+a, t -> a, ~a, -a"), [vec![], vec![0], vec![0], vec![0]]);
    assert_eq!(dependencies("t -> a", "t x a, +b, t -> b, b -> a"), [vec![], vec![], vec![1], vec![1]]);
    // Adding again what was removed, and turning around.
    assert_eq!(dependencies("t -> a", "t x a, t -> a"), [vec![], vec![0]]);
    assert_eq!(dependencies("a -> b", "a x b, b -> a"), [vec![], vec![0]]);
    assert_eq!(dependencies("a -> b", "b -> a, a x b"), [vec![1], vec![]]);
    assert_eq!(dependencies("a -> b", "-a, +a"), [vec![], vec![0]]);
    // Removals that have nothing to do with it do not count.
    assert_eq!(dependencies("a -> b, c -> d", "c x d, +e, b -> e"), [vec![], vec![], vec![1]]);
    assert_eq!(closure(&proposed("t", "+a, +b, t -> a, a -> b"), &[3, 3, 99]), [0, 1, 3]);
    assert_eq!(closure(&proposed("t", "+a, +b, t -> a, a -> b"), &[]), [0_u32; 0]);
}

#[test]
fn wrong_actions_are_left_out_and_the_others_go_on() {
    let found = proposed("t -> a", "+b, b -> t, a -> b, -x, b -> a, ~x");
    let problems: Vec<String> = found.iter().map(|one| notation::problems(&one.problems)).collect();
    assert_eq!(
        problems,
        [
            "",
            "into_trigger at actions[1].target",
            "",
            "unknown_node at actions[3].node_id",
            "cycle at actions[4]",
            "unknown_node at actions[5].node_id"
        ]
    );
}

#[test]
fn titles_and_fields_say_what_changes() {
    let mut actions = batch("+s, t -> s, t x a, -a, i:true -> s");
    actions.push(Action::UpdateNode {
        node_id: "h".into(),
        label: Some("Orders".to_owned()),
        config: Some(object(json!({ "url": "https://b.example/", "method": "POST", "query": null }))),
        position: None,
        settings: None,
    });
    let found = propose(&graph("t -> a, a -> b, i, h"), &actions, &RULES);
    let titles: Vec<&str> = found.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Add “S”: Slack, Send a message",
            "Connect “T” → “S”",
            "Disconnect “T” → “A”",
            "Delete “A” and its connection",
            "Connect “I” (True) → “S”",
            "Change “H”: Label, URL, Method",
        ]
    );
    let fields = |index: usize| {
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let lines = found[index].fields.iter();
        lines
            .map(|field| format!("{}: {} > {}", field.name, shown(&field.before), shown(&field.after)))
            .collect::<Vec<_>>()
    };
    assert_eq!(fields(0), ["Label: - > S", "Channel: - > #general", "Text: - > Hello"]);
    assert_eq!(fields(3), ["Label: A > -", "Does: Set fields, Set fields > -"]);
    assert_eq!(
        fields(5),
        ["Label: H > Orders", "URL: https://api.example.com/ > https://b.example/", "Method: - > POST"]
    );
}

#[test]
fn a_new_name_alone_is_called_renaming() {
    let rename = Action::UpdateNode {
        node_id: "t".into(),
        label: Some("Start\u{202e}".to_owned()),
        config: None,
        position: None,
        settings: None,
    };
    let found = propose(&graph("t -> a"), &[rename], &RULES);
    assert_eq!(found[0].title, "Rename “T” to “Start⟨U+202E⟩”");
}

#[test]
fn a_generated_workflow_shows_every_node_that_comes_goes_or_changes() {
    let mut definition = graph("t -> a, a -> s");
    definition.nodes[1].data.label = "Renamed".to_owned();
    let found = propose(&graph("t -> a, a -> b"), &[Action::GenerateWorkflow { definition }], &RULES);
    assert_eq!(found[0].title, "Replace the workflow by 3 nodes and 2 connections, removing 1 node");
    let names: Vec<&str> = found[0].fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["“Renamed”", "“S”", "“B”", "Connections"]);
    assert!(found[0].fields[1].after.as_ref().unwrap().contains("Channel: #general"));
    assert_eq!(found[0].risks, [Risk::Deletion, Risk::Credential, Risk::Sends]);
}

fn risks(before: &Definition, connector: &str, action: &str, config: Value) -> Vec<Risk> {
    let action = Action::AddNode {
        id: Some("new".into()),
        connector_id: connector.to_owned(),
        action_id: action.to_owned(),
        label: "New".to_owned(),
        position: None,
        config: object(config),
        settings: None,
    };
    propose(before, &[action], &RULES).remove(0).risks
}

#[test]
fn a6_risky_actions_are_flagged_whatever_they_say() {
    let before = graph("t -> h");
    let http = |config: Value| risks(&before, "http", "request", config);
    assert_eq!(http(json!({ "url": "https://api.example.com/other" })), []);
    assert_eq!(http(json!({ "url": "https://API.example.com./other" })), []);
    for url in [
        "https://evil.example/",
        "https://api.example.com@evil.example/",
        "https://api.example.com.evil.example/",
        "https:\\\\evil.example",
        "http://2130706433/",
        "={{ $json.url }}",
        "=https://{{ $json.host }}/",
        "=https://api.example.com{{ $json.suffix }}/",
        "={{ 'https://evil.example/?q=' + $json.a }}",
    ] {
        assert_eq!(http(json!({ "url": url })), [Risk::NewHost], "{url}");
    }
    let known = "https://api.example.com/";
    assert_eq!(http(json!({ "url": known, "method": "POST" })), [Risk::Sends]);
    assert_eq!(http(json!({ "url": known, "method": "={{ $json.method }}" })), [Risk::Sends]);
    assert_eq!(http(json!({ "url": known, "authentication": "bearer" })), [Risk::Credential]);
    assert_eq!(http(json!({ "url": known, "headers": { "Referer": "https://evil.example" } })), [Risk::NewHost]);
    assert_eq!(risks(&before, "webhook", "receive", json!({ "path": "x" })), [Risk::Webhook]);
    assert_eq!(risks(&before, "schedule", "at_times", json!({ "cron": "0 9 * * *" })), [Risk::Schedule]);
    assert_eq!(risks(&before, "code", "run_javascript", json!({ "code": "return []" })), [Risk::Code]);
    assert_eq!(risks(&before, "file", "read", json!({ "path": "a.txt" })), [Risk::Files]);
    assert_eq!(
        risks(
            &before,
            "email",
            "send",
            json!({ "to": "a@b.example", "subject": "Hi", "body": "https://evil.example" })
        ),
        [Risk::Credential, Risk::NewHost, Risk::Sends]
    );
}

#[test]
fn a6_changes_and_deletions_are_flagged_too() {
    let before = graph("t -> h, h -> s");
    let update = |node: &str, config: Value| {
        let config = Some(object(config));
        let action = Action::UpdateNode { node_id: node.into(), label: None, config, position: None, settings: None };
        propose(&before, &[action], &RULES).remove(0).risks
    };
    assert_eq!(update("h", json!({ "url": "https://api.example.com/v2" })), []);
    assert_eq!(update("h", json!({ "url": "https://evil.example/v2" })), [Risk::NewHost]);
    assert_eq!(update("h", json!({ "method": "DELETE" })), [Risk::Sends]);
    assert_eq!(update("s", json!({ "text": "Hello" })), [], "as it is already");
    assert_eq!(update("s", json!({ "text": "Bye" })), [Risk::Credential, Risk::Sends]);
    for actions in ["-h", "t x h", "-s"] {
        assert_eq!(propose(&before, &batch(actions), &RULES)[0].risks, [Risk::Deletion], "{actions}");
    }
    assert_eq!(propose(&before, &batch("+a, h -> a, ~h"), &RULES).iter().flat_map(|one| &one.risks).count(), 0);
    let same = Action::GenerateWorkflow { definition: before.clone() };
    assert_eq!(propose(&before, &[same], &RULES)[0].risks, []);
    let fewer = Action::GenerateWorkflow { definition: graph("t, h -> s") };
    assert_eq!(propose(&before, &[fewer], &RULES)[0].risks, [Risk::Deletion], "an edge is dropped");
}

/// Two nodes of one proposal that call the same new host are both flagged: approving one is not approving the other.
#[test]
fn a6_a_host_is_new_until_it_is_applied() {
    let mut actions = vec![add("h1"), add("h2")];
    for action in &mut actions {
        let Action::AddNode { config, .. } = action else { panic!() };
        config.insert("url".to_owned(), json!("https://evil.example/"));
    }
    for one in propose(&graph("h"), &actions, &RULES) {
        assert_eq!(one.risks, [Risk::NewHost]);
    }
}

#[test]
fn the_difference_leads_from_one_definition_to_the_other() {
    let before = graph("t -> a, a -> b, c");
    let mut after = graph("t -> a, a -> d");
    after.nodes[1].data.label = "Renamed".to_owned();
    let found = difference(&before, &after);
    let ids: Vec<&str> = found.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["a", "d"]);
    assert_eq!(found.removed_nodes, ["b".into(), "c".into()]);
    assert_eq!(found.edges.iter().map(|edge| edge.id.as_str()).collect::<Vec<_>>(), ["a>d"]);
    assert_eq!(found.removed_edges.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["a>b"]);
    assert!(difference(&after, &after).is_empty());
    assert_eq!(
        summary(&before, &after, &found),
        "Applied: added D; changed Renamed; removed B, C; connected Renamed → D."
    );
    assert_eq!(summary(&after, &after, &difference(&after, &after)), "Applied: nothing changed.");
    let many = graph("a, b, c, d, e, f, g, h");
    let note = summary(&graph(""), &many, &difference(&graph(""), &many));
    assert_eq!(note, "Applied: added A, B, C, D, E and 3 more.");
    let cut = graph("t, a -> b, c");
    assert_eq!(summary(&before, &cut, &difference(&before, &cut)), "Applied: disconnected T → A.");
}
