//! The main story with the built-in assistant: ask, look, apply a part, hear what happened.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod stage;

use std::sync::Arc;
use std::time::Duration;

use bridge_assistant::Ask;
use bridge_domain::{Action, ChatEvent, Decision, DecisionRequest, MessageStatus, Model, Role};
use bridge_planner::Planner;
use stage::{Script, Stage, answer, collect, shown, whole};

const REQUEST: &str = "When a webhook arrives, check that amount is over 100 and send a Slack message";

fn ask(stage: &Stage, message: &str) -> Ask {
    let model: Arc<dyn Model> = Arc::new(Planner::new(Duration::ZERO));
    Ask {
        provider: "builtin".to_owned(),
        model_name: bridge_planner::MODEL.to_owned(),
        ..stage::ask(stage.workflow, model, message)
    }
}

#[tokio::test]
async fn a_request_becomes_a_proposal_and_a_part_of_it_a_workflow() {
    let stage = Stage::new().await;
    let events = collect(stage.assistant.start(ask(&stage, REQUEST)).await.unwrap().events).await;
    let Some(ChatEvent::Done(response)) = events.last() else { panic!("{events:?}") };
    assert_eq!(shown(&events), response.message);
    assert!(events.iter().any(|event| matches!(event, ChatEvent::Action { .. })));
    assert!(response.actions.iter().all(|action| action.problems.is_empty()), "{:#?}", response.actions);
    assert!(stage.definition().await.nodes.is_empty(), "nothing changes unasked");

    // Only the last connection: it brings the nodes it stands between.
    let last_edge = response.actions.iter().rev().find(|one| matches!(one.action, Action::AddEdge { .. })).unwrap();
    let part = stage.assistant.preview_proposal(response.message_id, Some(vec![last_edge.index])).await.unwrap();
    assert_eq!((part.added_nodes.len(), part.added_edges.len()), (2, 1), "{:?}", part.applicable);
    let request = DecisionRequest {
        message_id: response.message_id,
        indexes: vec![last_edge.index],
        hash: Some(part.hash),
        reason: None,
    };
    let decided = stage.assistant.apply(request).await.unwrap();
    assert_eq!((decided.note.role, decided.note.status), (Role::System, MessageStatus::Complete));
    for node in &part.added_nodes {
        assert!(decided.note.content.contains(&node.data.label), "{}", decided.note.content);
    }

    // Then the rest.
    let rest = stage.assistant.preview_proposal(response.message_id, None).await.unwrap();
    assert!(!rest.stale);
    let request = DecisionRequest {
        message_id: response.message_id,
        indexes: rest.applicable.clone(),
        hash: Some(rest.hash),
        reason: None,
    };
    let decided = stage.assistant.apply(request).await.unwrap();
    assert!(decided.message.actions.iter().all(|action| action.decision != Decision::Pending));
    let definition = stage.definition().await;
    let connectors: Vec<&str> = definition.nodes.iter().map(|node| node.data.connector_id.as_str()).collect();
    for connector in ["webhook", "if", "slack"] {
        assert!(connectors.contains(&connector), "{connectors:?}");
    }
    assert_eq!((definition.nodes.len(), definition.edges.len()), (3, 2));
}

#[tokio::test]
async fn the_conversation_goes_on_with_another_model() {
    let stage = Stage::new().await;
    let first = stage.assistant.chat(ask(&stage, REQUEST)).await.unwrap();
    let all = stage.assistant.preview_proposal(first.message_id, None).await.unwrap();
    let indexes = all.applicable.clone();
    let request = DecisionRequest { message_id: first.message_id, indexes, hash: Some(all.hash), reason: None };
    let note = stage.assistant.apply(request).await.unwrap().note.content;
    let model = Script::new([whole(&answer("It works.", &[]))]);
    stage.play(&model, "Is it done?").await;
    let turns = format!("{:?}", model.asked()[0].turns);
    assert!(turns.contains("over 100") && turns.contains(&note[..20]), "{turns}");
    let context = model.asked()[0].turns.last().unwrap().parts.join("\n");
    assert!(context.contains("3 nodes, 2 connections"), "{context}");
}
