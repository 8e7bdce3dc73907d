//! What a model is told: byte-stable rules, bounded context, nothing left out silently.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod stage;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bridge_assistant::prompt::{self, Facts};
use bridge_assistant::redact::Redactor;
use bridge_assistant::{budget, guard};
use bridge_domain::{
    Catalog, CredentialId, Definition, ErrorCode, Message, MessageId, MessageStatus, ModelRequest, NodeSettings,
    NodeType, OnError, Result, Role, ThreadId, Timestamp, Workflow, WorkflowId,
};
use bridge_workflow::Rules;
use serde_json::{Value, json};

fn workflow() -> Workflow {
    let now = Timestamp::from_microseconds(1_700_000_000_000_000);
    Workflow {
        id: WorkflowId::new(),
        name: "Orders".to_owned(),
        description: String::new(),
        active_version: 3,
        created_at: now,
        updated_at: now,
    }
}

struct Scene {
    definition: Definition,
    history: Vec<Message>,
    catalog: Arc<Catalog>,
    context_tokens: u32,
}

impl Scene {
    fn new() -> Self {
        Self {
            definition: stage::graph(),
            history: Vec::new(),
            catalog: bridge_connectors::catalog(),
            context_tokens: 32_768,
        }
    }

    fn build(&self, message: &str) -> Result<ModelRequest> {
        let workflow = workflow();
        prompt::build(&Facts {
            message,
            workflow: Some((&workflow, &self.definition)),
            run: None,
            history: &self.history,
            catalog: &self.catalog,
            redactor: &Redactor::default(),
            model: "m",
            context_tokens: self.context_tokens,
            max_output_tokens: 16_384,
        })
    }

    fn says(&mut self, role: Role, content: &str) {
        self.history.push(Message {
            id: MessageId::new(),
            thread_id: ThreadId::new(),
            role,
            content: content.to_owned(),
            actions: Vec::new(),
            metadata: Default::default(),
            status: MessageStatus::Complete,
            created_at: Timestamp::now(),
        });
    }
}

/// The shipped connectors and a thousand made-up ones before them.
fn large_catalogue() -> Arc<Catalog> {
    let shipped = bridge_connectors::catalog();
    let template = shipped.connector("telegram").unwrap();
    let mut all: Vec<_> = (0..1_000)
        .map(|number| {
            let mut connector = template.clone();
            connector.id = format!("service_{number}");
            connector.name = format!("Service {number}");
            connector.synonyms = vec![format!("thing{number}")];
            connector.actions.iter_mut().for_each(|action| action.synonyms.clear());
            connector
        })
        .collect();
    all.extend_from_slice(shipped.connectors());
    Arc::new(Catalog::new(all))
}

fn all_parts(request: &ModelRequest) -> String {
    request.turns.iter().flat_map(|turn| turn.parts.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn rules_and_schema_are_the_same_bytes_for_every_request() {
    let (one, mut other) = (Scene::new(), Scene::new());
    other.definition = Definition::default();
    other.says(Role::User, "Hello");
    let (one, other) = (one.build("A question").unwrap(), other.build("Another, longer question").unwrap());
    assert_eq!(one.system, other.system);
    assert_eq!(one.schema.unwrap().to_string(), other.schema.unwrap().to_string());
    for connector in bridge_connectors::catalog().connectors() {
        assert!(one.system.contains(&format!("\n{} ({}): ", connector.id, connector.name)), "{}", connector.id);
        for action in &connector.actions {
            assert!(one.system.contains(&format!("  {} (", action.id)), "{}", action.id);
        }
    }
    for told in ["visual workflow builder", "json", "by their labels", "explain", "debug", "good practice"] {
        assert!(
            one.system.to_lowercase().contains(told) || told == "debug" && one.system.contains("why a run failed"),
            "{told}"
        );
    }
}

/// A catalogue twice as large as the shipped one: too large to be told whole, small enough for an index.
fn doubled_catalogue() -> Arc<Catalog> {
    let shipped = bridge_connectors::catalog();
    let mut all = shipped.connectors().to_vec();
    all.extend(shipped.connectors().iter().cloned().map(|mut connector| {
        connector.id = format!("{}_again", connector.id);
        connector
    }));
    Arc::new(Catalog::new(all))
}

#[test]
fn a_larger_catalogue_is_told_as_the_same_index_and_what_fits_the_request() {
    let mut scene = Scene::new();
    scene.catalog = doubled_catalogue();
    scene.definition = Definition::default();
    let (one, other) = (scene.build("Add a row to Google Sheets").unwrap(), scene.build("Sort the items").unwrap());
    assert_eq!(one.system, other.system);
    for connector in scene.catalog.connectors() {
        let actions: Vec<&str> = connector.actions.iter().map(|action| action.id.as_str()).collect();
        let line = format!("\n{} ({}): {}\n", connector.id, connector.name, actions.join(", "));
        assert!(one.system.contains(&line), "{line}");
    }
    assert!(all_parts(&one).contains("spreadsheet_id*") && !one.system.contains("spreadsheet_id*"));
    assert!(all_parts(&other).contains("    by*: [{field*"));
    assert!(all_parts(&one).contains(" more connectors that are not listed here"));
}

#[test]
fn what_a_model_needs_of_a_parameter_is_told() {
    let system = Scene::new().build("Hi").unwrap().system;
    for told in [
        "path* (such as `orders/new`)",
        "respond: immediately|after_last_node|respond_node",
        "by*: [{field*; direction: ascending|descending;",
        "max_items*: integer; keep: first|last",
        "operator*: as if.check.conditions.operator",
        "outputs: true, false",
    ] {
        assert!(system.contains(told), "{told}");
    }
    assert_eq!(system.matches("ends_with|not_ends_with|matches").count(), 1, "shared choices are written once");
}

#[test]
fn the_workflow_is_told_with_counts_labels_ids_and_connections() {
    let told = all_parts(&Scene::new().build("Hi").unwrap());
    for text in [
        "\"Orders\", version 3: 2 nodes, 1 connections",
        "\"Tell the team\" id \"slack\" type action",
        "\"hook\" → \"slack\"",
        "#general",
    ] {
        assert!(told.contains(text), "{text} not in {told}");
    }
    let mut empty = Scene::new();
    empty.definition = Definition::default();
    assert!(all_parts(&empty.build("Hi").unwrap()).contains("The workflow is empty."));
}

#[test]
fn a_large_catalogue_is_ranked_and_the_rest_is_counted() {
    let mut scene = Scene::new();
    scene.catalog = large_catalogue();
    scene.definition = Definition::default();
    let request = scene.build("When a form comes in, add a row to Google Sheets and use thing777").unwrap();
    let told = all_parts(&request);
    assert!(!request.system.contains("service_1 "));
    for id in ["google_sheets", "service_777"] {
        assert!(told.contains(&format!("\n{id} (")), "{id}");
    }
    let listed = told.matches("  send_message (").count();
    let more: usize = told.split("There are ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(more > 900 && listed < 100, "{more} more, {listed} listed");
    assert!(prompt::estimate(&request) <= 32_768 / 2);
}

#[test]
fn everything_fits_the_window_or_is_refused() {
    for context_tokens in [2_048, 4_096, 8_192, 32_768, 200_000] {
        for catalog in [bridge_connectors::catalog(), doubled_catalogue(), large_catalogue()] {
            let mut scene = Scene::new();
            scene.catalog = catalog;
            scene.context_tokens = context_tokens;
            for number in 0..400 {
                let label = format!("Node with quite a long label {number}");
                scene.definition.nodes.push(stage::node(
                    &format!("n{number}"),
                    NodeType::Action,
                    &label,
                    "slack",
                    "send_message",
                    json!({"text": "x".repeat(300)}),
                ));
                scene.definition.edges.push(stage::edge(&format!("f{number}"), "hook", &format!("n{number}")));
                scene.says(Role::User, &format!("question {number} {}", "filler ".repeat(50)));
                scene.says(Role::Assistant, &format!("answer {number} {}", "filler ".repeat(50)));
            }
            let request = scene.build("What does node 399 do?").unwrap();
            let estimate = prompt::estimate(&request);
            assert!(estimate <= budget::input_tokens(context_tokens, 16_384), "{estimate} of {context_tokens}");
            let told = all_parts(&request);
            assert!(told.ends_with("What does node 399 do?"));
            assert!(told.contains("402 nodes, 401 connections"), "{context_tokens}: {told}");
            assert!(context_tokens > 100_000 || told.contains("more nodes that do not fit here"));
        }
    }
    let mut small = Scene::new();
    small.context_tokens = 2_048;
    assert_eq!(small.build(&"word ".repeat(4_000)).unwrap_err().code, ErrorCode::ContextTooLong);
}

#[test]
fn history_is_the_newest_twenty_alternating_and_oldest_first() {
    let mut scene = Scene::new();
    for number in 0..30 {
        scene.says(if number % 2 == 0 { Role::User } else { Role::Assistant }, &format!("<{number}>"));
    }
    scene.says(Role::System, "Applied: added Slack.");
    let request = scene.build("Now?").unwrap();
    let told = all_parts(&request);
    assert!(!told.contains("<10>") && told.contains("<12>") && told.contains("<29>"));
    assert!(told.find("<12>") < told.find("<29>"));
    assert_eq!(request.turns[0].role, Role::User);
    assert!(request.turns.windows(2).all(|pair| pair[0].role != pair[1].role), "roles alternate");
    let last = request.turns.last().unwrap();
    assert!(last.parts[0].contains("Applied: added Slack.") && last.parts[0].starts_with("[data record "));
    let answer: Value = serde_json::from_str(&request.turns[1].parts[0]).unwrap();
    assert_eq!(answer["message"], json!("<13>"), "earlier answers have the answer's form");
}

#[test]
fn proposed_actions_are_left_out_before_messages_and_old_ones_before_recent_ones() {
    let definition = stage::graph();
    let rules = Rules::new(bridge_connectors::catalog());
    let told = |context_tokens| {
        let mut scene = Scene::new();
        scene.context_tokens = context_tokens;
        for number in 0..5 {
            scene.says(Role::User, &format!("question {number}"));
            scene.says(Role::Assistant, &format!("answer {number}"));
            let action =
                stage::stored(json!({"type": "update_node", "node_id": "slack", "label": format!("label {number}"),
                "config": {"text": "x".repeat(3_000)}}));
            let proposed = bridge_workflow::propose(&definition, &[action], &rules);
            scene.history.last_mut().unwrap().actions = proposed;
        }
        all_parts(&scene.build("Now?").unwrap())
    };
    let has =
        |told: &str, what: &str| (0..5).map(|number| told.contains(&format!("{what} {number}"))).collect::<Vec<_>>();
    assert_eq!(has(&told(64_000), "label"), [true; 5]);
    let tight = told(15_000);
    assert_eq!(has(&tight, "question"), [true; 5], "all messages are still there");
    let labels = has(&tight, "label");
    assert!(!labels[0] && labels[4] && labels.is_sorted(), "of the actions only those of recent messages: {labels:?}");
}

#[test]
fn p12_building_a_prompt_for_a_huge_workflow_is_fast() {
    let mut scene = Scene::new();
    for number in 0..10_000 {
        scene.definition.nodes.push(stage::node(
            &format!("n{number}"),
            NodeType::Action,
            &"long label ".repeat(5),
            "slack",
            "send_message",
            json!({"text": "x".repeat(200)}),
        ));
    }
    scene.definition.nodes[0].data.label = "x".repeat(1 << 20);
    let started = Instant::now();
    scene.build("Hi").unwrap();
    assert!(started.elapsed() < Duration::from_secs(8), "{:?} without optimisation", started.elapsed());
}

#[test]
fn settings_are_told_without_what_is_the_users_own() {
    let mut scene = Scene::new();
    let credential = CredentialId::new();
    scene.definition.nodes[1].data.settings = NodeSettings {
        credential_id: Some(credential),
        notes: "a note".to_owned(),
        on_error: OnError::Continue,
        ..NodeSettings::default()
    };
    let told = all_parts(&scene.build("Hi").unwrap());
    assert!(told.contains(r#"settings [{"name":"on_error","value":"continue"}]"#), "{told}");
    assert!(!told.contains(&credential.to_string()) && !told.contains("a note"));
}

#[test]
fn a6_nothing_in_a_data_block_can_end_it() {
    let inner = guard::block("workflow", "x");
    let outer = guard::block("workflow", &inner);
    let fence = outer.lines().last().unwrap();
    assert_eq!(outer.matches(fence).count(), 1);
    assert_eq!(guard::block("workflow", &inner), outer, "the same bytes every time");
    let quoted = guard::quote("a\nb\u{202e}c\"d", 100, &Redactor::default());
    assert!(!quoted.contains('\n') && !quoted.contains('\u{202e}') && quoted.starts_with('"'), "{quoted}");
    assert!(guard::quote(&"y".repeat(1 << 20), 50, &Redactor::default()).len() < 120);
}
